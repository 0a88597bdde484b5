"""openai-agents 0.24.0 — https://openai.github.io/openai-agents-python/"""

from agents.run import Runner
from agents.result import RunResult, RunResultStreaming
from agents.agent import Agent
from agents.tool import function_tool, FunctionTool

class RunContextWrapper: ...
class ModelSettings: ...
class RunConfig: ...
class MaxTurnsExceeded(Exception): ...

def trace(workflow_name, trace_id=..., group_id=..., metadata=..., disabled=...) -> ContextManager[Any]: ...
def set_default_openai_client(client, use_for_tracing=...) -> None: ...
def set_default_openai_key(key, use_for_tracing=...) -> None: ...
@on_loop
def input_guardrail(func=..., *, name=...): ...
@on_loop
def output_guardrail(func=..., *, name=...): ...

# --- module agents.result ---

class RunResult:
    final_output: Any
    def to_input_list(self) -> list[Any]: ...

class RunResultStreaming:
    final_output: Any
    def stream_events(self) -> AsyncIterator[Any]: ...
    def cancel(self) -> None: ...
    def to_input_list(self) -> list[Any]: ...

# --- module agents.run ---

from agents.result import RunResult, RunResultStreaming

class Runner:
    @classmethod
    @ai("agent")
    async def run(cls, starting_agent, input, *, context=..., max_turns=..., hooks=..., run_config=..., session=..., **kwargs) -> RunResult: ...
    @classmethod
    @blocks("ai", twin="agents.Runner.run")
    @starts_loop
    @ai("agent")
    def run_sync(cls, starting_agent, input, *, context=..., max_turns=..., hooks=..., run_config=..., session=..., **kwargs) -> RunResult: ...
    @classmethod
    @ai("agent")
    def run_streamed(cls, starting_agent, input, context=..., max_turns=..., hooks=..., run_config=..., *, session=..., **kwargs) -> RunResultStreaming: ...

# --- module agents.agent ---

class Agent:
    def __init__(self, name, instructions=..., *, model=..., tools=..., handoffs=..., output_type=..., model_settings=..., hooks=..., **kwargs): ...
    def clone(self, **kwargs) -> Agent: ...
    def as_tool(self, tool_name, tool_description, **kwargs): ...

# --- module agents.tool ---

@in_thread
def function_tool(func=..., *, name_override=..., description_override=..., docstring_style=..., use_docstring_info=..., failure_error_function=..., strict_mode=..., is_enabled=..., **kwargs) -> FunctionTool:
    """a plain tool runs in a thread (asyncio.to_thread)"""

class FunctionTool:
    name: str
