"""langchain-fireworks 1.7.1 — https://reference.langchain.com/python/integrations/langchain_fireworks/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM

@retries(2, param="max_retries", backoff=True)
class ChatFireworks(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@timeout(30, param="timeout")
class Fireworks(BaseLLM):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class FireworksEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
