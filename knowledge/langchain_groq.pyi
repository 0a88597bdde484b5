"""langchain-groq 1.1.3 — https://reference.langchain.com/python/integrations/langchain_groq/"""

from langchain_core.language_models import BaseChatModel

@retries(2, param="max_retries", backoff=True)
class ChatGroq(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
