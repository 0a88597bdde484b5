"""langchain-huggingface 1.2.3 — https://reference.langchain.com/python/integrations/langchain_huggingface/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM

class ChatHuggingFace(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class HuggingFaceEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

@timeout(120, param="timeout")
class HuggingFaceEndpoint(BaseLLM):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class HuggingFaceEndpointEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class HuggingFacePipeline(BaseLLM):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
