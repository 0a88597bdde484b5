"""jira 3.10.5 — https://jira.readthedocs.io/"""
from jira.exceptions import JIRAError
class JIRA:
    """the constructor asks the server for its version"""
    server_url: str
    @blocks("http", unless="get_server_info=False")
    @network
    def __init__(self, server=None, *args, get_server_info=True, timeout=None, **kwargs): ...
    def close(self) -> None: ...
    def client_info(self) -> str: ...
    @blocks("http")
    @network
    def __getattr__(self, name): ...
class Issue:
    key: str
    id: str
    fields: Any
    @blocks("http")
    @network
    def update(self, *args, **kwargs) -> None: ...
    @blocks("http")
    @network
    def delete(self, *args, **kwargs) -> None: ...
    def permalink(self) -> str: ...

# --- module jira.exceptions ---
class JIRAError(Exception):
    status_code: int | None
    text: str
