"""llama-index-llms-openai 0.8.3 — https://developers.llamaindex.ai/python/framework/"""

from llama_index.core.llms import LLM

@timeout(60, param="timeout")
@retries(3, param="max_retries", backoff=True)
class OpenAI(LLM):
    def __init__(self, *, model=..., api_key=..., timeout=..., max_retries=..., **kwargs): ...
