"""langchain 1.5.0 — https://reference.langchain.com/python/langchain/"""

# --- module langchain.chat_models ---

from langchain_core.language_models import BaseChatModel
from langchain.chat_models.base import init_chat_model

# --- module langchain.chat_models.base ---

from langchain_core.language_models import BaseChatModel

def init_chat_model(model=..., *, model_provider=..., configurable_fields=..., config_prefix=..., **kwargs) -> BaseChatModel: ...

# --- module langchain.embeddings ---

from langchain_core.embeddings import Embeddings

def init_embeddings(model, *, provider=..., **kwargs) -> Embeddings: ...

# --- module langchain.agents ---

from langgraph.graph.state import CompiledStateGraph

def create_agent(model, tools=..., *, system_prompt=..., middleware=..., response_format=..., state_schema=..., context_schema=..., checkpointer=..., store=..., **kwargs) -> CompiledStateGraph: ...

# --- module langchain.agents.middleware ---

@framework_base("thread_methods=before_agent,before_model,after_model,after_agent; async_methods=abefore_agent,abefore_model,aafter_model,aafter_agent,awrap_model_call,awrap_tool_call")
class AgentMiddleware: ...

# --- module langchain.tools ---

from langchain_core.tools import BaseTool, tool, ToolException

# --- module langchain.messages ---

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage, trim_messages

# --- module langchain.rate_limiters ---

from langchain_core.rate_limiters import BaseRateLimiter, InMemoryRateLimiter

# --- module langchain.chains ---

# up to 0.3; since 1.0 in langchain_classic
from langchain_classic.chains import LLMChain, ConversationChain, RetrievalQA, ConversationalRetrievalChain, SequentialChain, LLMMathChain, StuffDocumentsChain, MapReduceDocumentsChain

# --- module langchain.prompts ---

# up to 0.3; since 1.0 in langchain_core
from langchain_core.prompts import BasePromptTemplate, PromptTemplate, ChatPromptTemplate, FewShotPromptTemplate, MessagesPlaceholder
