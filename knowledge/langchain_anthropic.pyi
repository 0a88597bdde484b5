"""langchain-anthropic 1.7.10 — https://reference.langchain.com/python/integrations/langchain_anthropic/"""

from langchain_core.language_models import BaseLLM
from langchain_anthropic.chat_models import ChatAnthropic, ChatAnthropicMessages

@retries(2, param="max_retries", backoff=True)
class AnthropicLLM(BaseLLM):
    def __init__(self, *, model=..., timeout=..., max_retries=..., **kwargs): ...

# --- module langchain_anthropic.chat_models ---

from langchain_core.language_models import BaseChatModel

@timeout(None, param="timeout")
@retries(2, param="max_retries", backoff=True)
class ChatAnthropic(BaseChatModel):
    def __init__(self, *, model=..., timeout=..., default_request_timeout=..., max_retries=..., rate_limiter=..., **kwargs): ...

ChatAnthropicMessages = ChatAnthropic
