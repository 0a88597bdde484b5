"""packaging 24.2 — https://packaging.pypa.io/"""
# --- module packaging.version ---
def parse(version) -> Version: ...
class Version:
    major: int
    minor: int
    micro: int
    is_prerelease: bool
    is_devrelease: bool
    base_version: str
    public: str
class InvalidVersion(ValueError): ...

# --- module packaging.requirements ---
class Requirement:
    name: str
    specifier: Any
    extras: set[str]
    marker: Any
class InvalidRequirement(ValueError): ...

# --- module packaging.specifiers ---
class SpecifierSet:
    def contains(self, *args, **kwargs) -> bool: ...
    def filter(self, *args, **kwargs) -> Iterator[Any]: ...

# --- module packaging.utils ---
def canonicalize_name(name, **kwargs) -> str: ...
