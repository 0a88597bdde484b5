"""docker 7.2.0 — https://docker-py.readthedocs.io/"""
from docker.client import DockerClient, from_env
from docker.api.client import APIClient

# --- module docker.client ---
@timeout(60, param="timeout")
@resource(close="close")
@pooled
class DockerClient:
    containers: ContainerCollection
    images: ImageCollection
    volumes: Collection
    networks: Collection
    services: Collection
    nodes: Collection
    secrets: Collection
    configs: Collection
    plugins: Collection
    swarm: Collection
    api: Any
    @blocks("http", quick=True)
    def __init__(self, *args, **kwargs): ...
    @classmethod
    def from_env(cls, **kwargs) -> DockerClient: ...
    @blocks("http")
    @network
    def ping(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def version(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def info(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def df(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def login(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def events(self, *args, **kwargs): ...
    @close
    def close(self) -> None: ...
@timeout(60, param="timeout")
def from_env(**kwargs) -> DockerClient: ...
@alias("docker.models.resource.Collection")
class Collection:
    @blocks("http")
    @network
    def __getattr__(self, name): ...
@alias("docker.models.containers.ContainerCollection")
class ContainerCollection:
    @blocks("http")
    @network
    def run(self, *args, **kwargs) -> Container: ...
    @blocks("http")
    @network
    def create(self, *args, **kwargs) -> Container: ...
    @blocks("http")
    @network
    def get(self, *args, **kwargs) -> Container: ...
    @blocks("http")
    @network
    def list(self, *args, **kwargs) -> list[Container]: ...
    @blocks("http")
    @network
    def prune(self, *args, **kwargs) -> dict: ...
@alias("docker.models.images.ImageCollection")
class ImageCollection:
    @blocks("http")
    @network
    def build(self, *args, **kwargs) -> tuple: ...
    @blocks("http")
    @network
    def get(self, *args, **kwargs) -> Image: ...
    @blocks("http")
    @network
    def list(self, *args, **kwargs) -> list[Image]: ...
    @blocks("http")
    @network
    def pull(self, *args, **kwargs) -> Image: ...
    @blocks("http")
    @network
    def push(self, *args, **kwargs) -> str: ...
    @blocks("http")
    @network
    def load(self, *args, **kwargs) -> list[Image]: ...
    @blocks("http")
    @network
    def remove(self, *args, **kwargs) -> None: ...
    @blocks("http")
    @network
    def search(self, *args, **kwargs) -> list: ...
    @blocks("http")
    @network
    def prune(self, *args, **kwargs) -> dict: ...
@alias("docker.models.containers.Container")
class Container:
    id: str
    name: str
    status: str
    attrs: dict[str, Any]
    labels: dict[str, str]
    @blocks("http")
    @network
    def attach(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def attach_socket(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def commit(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def diff(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def exec_run(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def export(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def get_archive(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def kill(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def logs(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def pause(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def put_archive(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def remove(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def rename(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def resize(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def restart(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def start(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def stats(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def stop(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def top(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def unpause(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def update(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def wait(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def reload(self, *args, **kwargs): ...
@alias("docker.models.images.Image")
class Image:
    id: str
    tags: list[str]
    @blocks("http")
    @network
    def __getattr__(self, name): ...

# --- module docker.api.client ---
@timeout(60, param="timeout")
@resource(close="close")
class APIClient:
    def __init__(self, base_url=None, version=None, timeout=60): ...
    @close
    def close(self) -> None: ...
    @blocks("http")
    @network
    def __getattr__(self, name): ...

# --- module docker.errors ---
class DockerException(Exception): ...
class APIError(DockerException): ...
class NotFound(APIError): ...
class ImageNotFound(NotFound): ...
class ContainerError(DockerException): ...
class BuildError(DockerException): ...
