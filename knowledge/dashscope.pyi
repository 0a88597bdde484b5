"""dashscope 2.0.2 — https://help.aliyun.com/zh/model-studio/"""
class Generation:
    @blocks("ai", twin="dashscope.AioGeneration.call")
    @ai("chat")
    @classmethod
    def call(cls, *args, **kwargs): ...
class AioGeneration:
    @ai("chat")
    @classmethod
    async def call(cls, *args, **kwargs): ...
class MultiModalConversation:
    @blocks("ai", twin="dashscope.AioMultiModalConversation.call")
    @ai("chat")
    @classmethod
    def call(cls, *args, **kwargs): ...
class AioMultiModalConversation:
    @ai("chat")
    @classmethod
    async def call(cls, *args, **kwargs): ...
class TextEmbedding:
    @blocks("ai")
    @ai("embedding", many="input")
    @classmethod
    def call(cls, model, input=..., *args, **kwargs): ...
class MultiModalEmbedding:
    @blocks("ai", twin="dashscope.AioMultiModalEmbedding.call")
    @ai("embedding")
    @classmethod
    def call(cls, *args, **kwargs): ...
class AioMultiModalEmbedding:
    @ai("embedding")
    @classmethod
    async def call(cls, *args, **kwargs): ...
class TextReRank:
    @blocks("ai", twin="dashscope.AioTextReRank.call")
    @ai("rerank")
    @classmethod
    def call(cls, *args, **kwargs): ...
class AioTextReRank:
    @ai("rerank")
    @classmethod
    async def call(cls, *args, **kwargs): ...
class ImageSynthesis:
    @blocks("ai")
    @ai("image")
    @classmethod
    def call(cls, *args, **kwargs): ...
class Application:
    @blocks("ai")
    @ai("agent")
    @classmethod
    def call(cls, *args, **kwargs): ...
