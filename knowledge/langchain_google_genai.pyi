"""langchain-google-genai 4.4.2 — https://reference.langchain.com/python/integrations/langchain_google_genai/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM

@timeout(None, param="timeout")
@retries(6, param="max_retries", backoff=True)
class ChatGoogleGenerativeAI(BaseChatModel):
    def __init__(self, *, model=..., timeout=..., request_timeout=..., max_retries=..., retries=..., rate_limiter=..., **kwargs): ...

@timeout(None, param="timeout")
@retries(6, param="max_retries", backoff=True)
class GoogleGenerativeAI(BaseLLM):
    def __init__(self, *, model=..., timeout=..., max_retries=..., **kwargs): ...

class GoogleGenerativeAIEmbeddings(Embeddings):
    def __init__(self, *, model=..., request_options=..., **kwargs): ...

@blocks("ai")
@network
def create_context_cache(model, messages, **kwargs) -> str: ...
