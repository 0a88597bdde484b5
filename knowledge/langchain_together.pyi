"""langchain-together 0.4.0 — https://reference.langchain.com/python/integrations/langchain_together/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM

class ChatTogether(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class Together(BaseLLM):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@retries(2, param="max_retries", backoff=True)
class TogetherEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
