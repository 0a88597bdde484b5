"""llama-index-embeddings-openai 0.7.0 — https://developers.llamaindex.ai/python/framework/"""

from llama_index.core.embeddings import BaseEmbedding

@timeout(60, param="timeout")
@retries(10, param="max_retries", backoff=True)
class OpenAIEmbedding(BaseEmbedding):
    def __init__(self, *, model=..., api_key=..., timeout=..., max_retries=..., **kwargs): ...
