"""async-lru 2.4.0 — https://github.com/aio-libs/async-lru"""

# concurrent callers of one key share one call
@memoised
def alru_cache(maxsize=..., typed=..., ttl=..., **kwargs): ...
