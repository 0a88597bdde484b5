"""langchain-aws 1.9.1 — https://reference.langchain.com/python/integrations/langchain_aws/"""

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel, BaseLLM
from langchain_core.retrievers import BaseRetriever

class BedrockEmbeddings(Embeddings):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class BedrockLLM(BaseLLM):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class ChatAnthropicBedrock(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class ChatAnthropicMantle(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class ChatBedrock(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class ChatBedrockConverse(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class ChatBedrockNovaSonic(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class ChatOpenAIMantle(BaseChatModel):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class AmazonKendraRetriever(BaseRetriever):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class AmazonKnowledgeBasesRetriever(BaseRetriever):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...

class AmazonS3VectorsRetriever(BaseRetriever):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
