"""serpapi 1.2.0 — https://serpapi-python.readthedocs.io/"""

@timeout(None, param="timeout")
class Client:
    def __init__(self, *, timeout=...): ...
    @blocks("http")
    @network
    def search(self, params=...): ...
    @blocks("http")
    @network
    def extract(self, params=...): ...
    @blocks("http")
    @network
    def search_archive(self, params=...): ...
    @blocks("http")
    @network
    def upload_image(self, image): ...
    @blocks("http")
    @network
    def locations(self, params=...): ...
    @blocks("http")
    @network
    def account(self, params=...): ...

@blocks("http")
@network
@timeout(None)
def search(params=..., **kwargs): ...

@blocks("http")
@network
@timeout(None)
def search_archive(params=..., **kwargs): ...

@blocks("http")
@network
@timeout(None)
def locations(params=..., **kwargs): ...

@blocks("http")
@network
@timeout(None)
def account(params=..., **kwargs): ...

