"""langchain-cohere 0.6.0 — https://reference.langchain.com/python/integrations/langchain_cohere/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langchain_core.retrievers import BaseRetriever

class ChatCohere(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@retries(3, param="max_retries", backoff=True)
class CohereEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class CohereRagRetriever(BaseRetriever):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
