"""zhipuai 2.1.5.20250825 — https://github.com/MetaGLM/zhipuai-sdk-python-v4"""
@timeout(300, param="timeout")
@retries(3, param="max_retries", backoff=True)
@pooled
@ai_client
class ZhipuAI:
    chat: _Chat
    embeddings: _Embeddings
    images: _Images
    def __init__(self, *args, timeout=..., max_retries=..., **kwargs): ...
    def __enter__(self) -> Self: ...
    @close
    def close(self) -> None: ...
@alias("zhipuai.api_resource.chat.chat.Chat")
class _Chat:
    completions: _Completions
@alias("zhipuai.api_resource.chat.completions.Completions")
class _Completions:
    @blocks("ai")
    @ai("chat")
    def create(self, *args, **kwargs): ...
@alias("zhipuai.api_resource.embeddings.Embeddings")
class _Embeddings:
    @blocks("ai")
    @ai("embedding", many="input")
    def create(self, *, input, **kwargs): ...
@alias("zhipuai.api_resource.images.Images")
class _Images:
    @blocks("ai")
    @ai("image")
    def generations(self, *args, **kwargs): ...
