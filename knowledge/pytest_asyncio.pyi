"""pytest-asyncio 1.5.0 — https://pytest-asyncio.readthedocs.io/"""

@on_loop
def fixture(fixture_function=..., *, scope=..., loop_scope=..., **kwargs): ...
