"""langchain-chroma 1.1.0 — https://reference.langchain.com/python/integrations/langchain_chroma/"""

from langchain_core.vectorstores import VectorStore

class Chroma(VectorStore):
    def __init__(self, *args, model=..., timeout=..., max_retries=..., **kwargs): ...
