"""volcengine-python-sdk 5.0.54 — https://www.volcengine.com/docs/82379"""
@alias("volcenginesdkarkruntime.resources")
class _ChatCompletions:
    @blocks("ai", twin="volcenginesdkarkruntime.AsyncArk")
    @ai("chat")
    def create(self, *args, **kwargs): ...
@alias("volcenginesdkarkruntime.resources")
class _Chat:
    completions: _ChatCompletions
@alias("volcenginesdkarkruntime.resources")
class _Embeddings:
    @blocks("ai", twin="volcenginesdkarkruntime.AsyncArk")
    @ai("embedding")
    def create(self, *args, **kwargs): ...
@alias("volcenginesdkarkruntime.resources")
class _Images:
    @blocks("ai", twin="volcenginesdkarkruntime.AsyncArk")
    @ai("image")
    def generate(self, *args, **kwargs): ...
@alias("volcenginesdkarkruntime.resources")
class _Responses:
    @blocks("ai", twin="volcenginesdkarkruntime.AsyncArk")
    @ai("chat")
    def create(self, *args, **kwargs): ...
@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@pooled
@ai_client(twin="AsyncArk")
class Ark:
    chat: _Chat
    embeddings: _Embeddings
    images: _Images
    responses: _Responses
    def __init__(self, *args, timeout=..., max_retries=..., **kwargs): ...
    def __enter__(self) -> Self: ...
    @close
    def close(self) -> None: ...
@alias("volcenginesdkarkruntime.resources")
class _AsyncChatCompletions:
    @ai("chat")
    async def create(self, *args, **kwargs): ...
@alias("volcenginesdkarkruntime.resources")
class _AsyncChat:
    completions: _AsyncChatCompletions
@alias("volcenginesdkarkruntime.resources")
class _AsyncEmbeddings:
    @ai("embedding")
    async def create(self, *args, **kwargs): ...
@alias("volcenginesdkarkruntime.resources")
class _AsyncImages:
    @ai("image")
    async def generate(self, *args, **kwargs): ...
@alias("volcenginesdkarkruntime.resources")
class _AsyncResponses:
    @ai("chat")
    async def create(self, *args, **kwargs): ...
@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@async_resource(close="close")
@pooled
@ai_client
class AsyncArk:
    chat: _AsyncChat
    embeddings: _AsyncEmbeddings
    images: _AsyncImages
    responses: _AsyncResponses
    def __init__(self, *args, timeout=..., max_retries=..., **kwargs): ...
    async def __aenter__(self) -> Self: ...
    @close
    async def close(self) -> None: ...
