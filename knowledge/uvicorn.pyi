"""uvicorn 0.54.0 — https://www.uvicorn.org/"""

from uvicorn.main import run
from uvicorn.config import Config
from uvicorn.server import Server

# --- module uvicorn.main ---

@starts_loop
def run(app, *, host=..., port=..., workers=..., reload=..., **kwargs) -> None: ...

# --- module uvicorn.config ---

class Config:
    def __init__(self, app, host=..., port=..., **kwargs): ...

# --- module uvicorn.server ---

class Server:
    should_exit: bool
    def __init__(self, config): ...
    @starts_loop
    def run(self, sockets=...) -> None: ...
    async def serve(self, sockets=...) -> None: ...
    async def startup(self, sockets=...) -> None: ...
    async def shutdown(self, sockets=...) -> None: ...
