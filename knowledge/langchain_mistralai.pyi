"""langchain-mistralai 1.1.6 — https://reference.langchain.com/python/integrations/langchain_mistralai/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

@timeout(120, param="timeout")
@retries(5, param="max_retries", backoff=True)
class ChatMistralAI(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@timeout(120, param="timeout")
@retries(5, param="max_retries", backoff=True)
class MistralAIEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
