"""langchain-ollama 1.1.0 — https://reference.langchain.com/python/integrations/langchain_ollama/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM

@timeout(None, param="client_kwargs")
class ChatOllama(BaseChatModel):
    def __init__(self, *, model=..., base_url=..., client_kwargs=..., rate_limiter=..., **kwargs): ...

@timeout(None, param="client_kwargs")
class OllamaLLM(BaseLLM):
    def __init__(self, *, model=..., base_url=..., client_kwargs=..., **kwargs): ...

@timeout(None, param="client_kwargs")
class OllamaEmbeddings(Embeddings):
    def __init__(self, *, model=..., base_url=..., client_kwargs=..., **kwargs): ...
