"""langchain-deepseek 1.1.1 — https://reference.langchain.com/python/integrations/langchain_deepseek/"""

from langchain_core.language_models import BaseChatModel

class ChatDeepSeek(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
