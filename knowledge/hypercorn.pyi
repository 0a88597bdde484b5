"""hypercorn 0.18.0 — https://hypercorn.readthedocs.io/"""

# --- module hypercorn.config ---

class Config: ...

# --- module hypercorn.asyncio ---

async def serve(app, config, *, shutdown_trigger: Awaits[...] = ..., mode=...) -> None: ...

# --- module hypercorn.trio ---

async def serve(app, config, *, shutdown_trigger: Awaits[...] = ..., mode=..., task_status=...) -> None: ...

# --- module hypercorn.run ---

@starts_loop
def run(config) -> int: ...
