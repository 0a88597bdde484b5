"""google-api-python-client 2.202.0 — https://googleapis.github.io/google-api-python-client/docs/"""

# --- module googleapiclient.discovery ---

@blocks("file", quick=True)
def build(serviceName, version, http=..., **kwargs) -> Resource: ...
@blocks("cpu", quick=True)
def build_from_document(service, **kwargs) -> Resource: ...

class Resource:
    """its methods come from the discovery document; each gives a resource or a request"""
    def __getattr__(self, name) -> Callable[..., Resource]: ...
    @blocks("http")
    @network
    @timeout(60)
    @retries(0, param="num_retries", backoff=True)
    def execute(self, http=..., num_retries=...): ...
    def close(self) -> None: ...

# --- module googleapiclient.http ---

class HttpRequest:
    @blocks("http")
    @network
    @timeout(60)
    @retries(0, param="num_retries", backoff=True)
    def execute(self, http=..., num_retries=...): ...
    @blocks("http")
    @network
    def next_chunk(self, http=..., num_retries=...): ...

class BatchHttpRequest:
    def add(self, request, callback: SyncSlot[...] = ..., request_id=...) -> None: ...
    @blocks("http")
    @network
    def execute(self, http=...) -> None: ...

class MediaIoBaseDownload:
    def __init__(self, fd, request, chunksize=...): ...
    @blocks("http")
    @network
    def next_chunk(self, num_retries=...): ...

class MediaFileUpload:
    @blocks("file")
    def __init__(self, filename, mimetype=..., chunksize=..., resumable=...): ...
class MediaIoBaseUpload: ...

# --- module googleapiclient.errors ---

class HttpError(Exception): ...
