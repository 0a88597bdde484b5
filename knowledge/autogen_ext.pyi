"""autogen-ext 0.7.5 — https://microsoft.github.io/autogen/stable/reference/"""

# --- module autogen_ext.models.openai ---

from autogen_core.models import ChatCompletionClient

@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@async_resource(close="close")
class OpenAIChatCompletionClient(ChatCompletionClient):
    def __init__(self, *, model=..., api_key=..., base_url=..., timeout=..., max_retries=..., **kwargs): ...
@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@async_resource(close="close")
class AzureOpenAIChatCompletionClient(ChatCompletionClient):
    def __init__(self, *, model=..., timeout=..., max_retries=..., **kwargs): ...

# --- module autogen_ext.models.anthropic ---

from autogen_core.models import ChatCompletionClient

class AnthropicChatCompletionClient(ChatCompletionClient): ...

# --- module autogen_ext.models.ollama ---

from autogen_core.models import ChatCompletionClient

class OllamaChatCompletionClient(ChatCompletionClient): ...
