"""python-gitlab 8.6.0 — https://python-gitlab.readthedocs.io/"""
from gitlab.exceptions import GitlabError, GitlabGetError, GitlabCreateError, GitlabAuthenticationError, GitlabHttpError
@timeout(None, param="timeout")
class Gitlab:
    projects: _Manager
    groups: _Manager
    users: _Manager
    issues: _Manager
    mergerequests: _Manager
    snippets: _Manager
    runners: _Manager
    events: _Manager
    namespaces: _Manager
    variables: _Manager
    features: _Manager
    user: Any
    url: str
    def __init__(self, url=None, private_token=None, *args, timeout=None, **kwargs): ...
    def __enter__(self) -> Self: ...
    @blocks("http")
    @network
    def auth(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def version(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def search(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def markdown(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_get(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_list(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_post(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_put(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_delete(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_request(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_patch(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def http_head(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def get_license(self, *args, **kwargs): ...
@alias("gitlab.mixins.CRUDMixin")
class _Manager:
    @blocks("http")
    @network
    def get(self, *args, **kwargs) -> _Object: ...
    @blocks("http")
    @network
    def list(self, *args, **kwargs) -> list[_Object]: ...
    @blocks("http")
    @network
    def create(self, *args, **kwargs) -> _Object: ...
    @blocks("http")
    @network
    def update(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def delete(self, *args, **kwargs): ...
@alias("gitlab.base.RESTObject")
class _Object:
    attributes: dict[str, Any]
    branches: _Manager
    commits: _Manager
    files: _Manager
    issues: _Manager
    jobs: _Manager
    mergerequests: _Manager
    members: _Manager
    milestones: _Manager
    notes: _Manager
    discussions: _Manager
    pipelines: _Manager
    releases: _Manager
    tags: _Manager
    variables: _Manager
    wikis: _Manager
    hooks: _Manager
    labels: _Manager
    projects: _Manager
    subgroups: _Manager
    @blocks("http")
    @network
    def save(self, **kwargs): ...
    @blocks("http")
    @network
    def delete(self, **kwargs) -> None: ...
    def asdict(self, *args, **kwargs) -> dict[str, Any]: ...
    def to_json(self, *args, **kwargs) -> str: ...

# --- module gitlab.exceptions ---
class GitlabError(Exception): ...
class GitlabHttpError(GitlabError): ...
class GitlabAuthenticationError(GitlabError): ...
class GitlabOperationError(GitlabError): ...
class GitlabGetError(GitlabOperationError): ...
class GitlabCreateError(GitlabOperationError): ...
