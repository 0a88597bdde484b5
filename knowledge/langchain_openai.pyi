"""langchain-openai 1.7.4 — https://reference.langchain.com/python/integrations/langchain_openai/"""

from langchain_core.embeddings import Embeddings
from langchain_openai.chat_models import BaseChatOpenAI, ChatOpenAI, AzureChatOpenAI
from langchain_core.language_models import BaseLLM

# its own default (None) is passed on to the SDK, whose 600 s then do not apply
@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class OpenAIEmbeddings(Embeddings):
    def __init__(self, *, model=..., timeout=..., request_timeout=..., max_retries=..., chunk_size=..., **kwargs): ...

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class AzureOpenAIEmbeddings(OpenAIEmbeddings): ...

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class OpenAI(BaseLLM):
    def __init__(self, *, model=..., timeout=..., request_timeout=..., max_retries=..., **kwargs): ...

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class AzureOpenAI(OpenAI): ...

# --- module langchain_openai.chat_models ---

from langchain_openai.chat_models.base import BaseChatOpenAI, ChatOpenAI
from langchain_openai.chat_models.azure import AzureChatOpenAI

# --- module langchain_openai.chat_models.base ---

from langchain_core.language_models import BaseChatModel

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class BaseChatOpenAI(BaseChatModel):
    def __init__(self, *, model=..., timeout=..., request_timeout=..., max_retries=..., rate_limiter=..., **kwargs): ...

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class ChatOpenAI(BaseChatOpenAI): ...

# --- module langchain_openai.chat_models.azure ---

from langchain_openai.chat_models.base import BaseChatOpenAI

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class AzureChatOpenAI(BaseChatOpenAI): ...

# --- module langchain_openai.embeddings ---

from langchain_openai import OpenAIEmbeddings, AzureOpenAIEmbeddings
