"""langchain-google-vertexai 3.2.5 — https://reference.langchain.com/python/integrations/langchain_google_vertexai/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM

@retries(6, param="max_retries", backoff=True)
class ChatVertexAI(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@retries(6, param="max_retries", backoff=True)
class VertexAI(BaseLLM):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@retries(6, param="max_retries", backoff=True)
class VertexAIEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class VertexAIImageCaptioningChat(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class VertexAIImageEditorChat(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class VertexAIImageGeneratorChat(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class VertexAIVisualQnAChat(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
