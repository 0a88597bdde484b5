"""meilisearch 0.43.0 — https://www.meilisearch.com/docs"""
from meilisearch.index import Index
class Client:
    def __init__(self, url, api_key=None, timeout=None, **kwargs): ...
    def index(self, uid) -> Index: ...
    def generate_tenant_token(self, *args, **kwargs) -> str: ...
    @blocks("database")
    @network
    def get_index(self, uid) -> Index: ...
    @blocks("database")
    @network
    def __getattr__(self, name): ...
# --- module meilisearch.index ---
class Index:
    uid: str
    primary_key: str | None
    created_at: Any
    updated_at: Any
    @blocks("database")
    @network
    def __getattr__(self, name): ...
