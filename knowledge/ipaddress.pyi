"""CPython 3.11-3.14 — https://docs.python.org/3/library/ipaddress.html"""
def ip_address(address) -> IPv4Address | IPv6Address: ...
def ip_network(address, strict=True) -> IPv4Network | IPv6Network: ...
def ip_interface(address): ...
class IPv4Address:
    version: int
    compressed: str
    exploded: str
    is_private: bool
    is_global: bool
    is_loopback: bool
    is_link_local: bool
    is_multicast: bool
    is_unspecified: bool
    is_reserved: bool
    packed: bytes
class IPv6Address:
    ipv4_mapped: IPv4Address | None
    scope_id: str | None
    version: int
    compressed: str
    exploded: str
    is_private: bool
    is_global: bool
    is_loopback: bool
    is_link_local: bool
    is_multicast: bool
    is_unspecified: bool
    is_reserved: bool
    packed: bytes
class IPv4Network:
    network_address: Any
    broadcast_address: Any
    netmask: Any
    prefixlen: int
    num_addresses: int
    def hosts(self) -> Iterator[Any]: ...
    def subnets(self, *args, **kwargs) -> Iterator[Any]: ...
    def supernet(self, *args, **kwargs): ...
    def overlaps(self, other) -> bool: ...
    def subnet_of(self, other) -> bool: ...
class IPv6Network:
    network_address: Any
    broadcast_address: Any
    netmask: Any
    prefixlen: int
    num_addresses: int
    def hosts(self) -> Iterator[Any]: ...
    def subnets(self, *args, **kwargs) -> Iterator[Any]: ...
    def supernet(self, *args, **kwargs): ...
    def overlaps(self, other) -> bool: ...
    def subnet_of(self, other) -> bool: ...
class AddressValueError(ValueError): ...
class NetmaskValueError(ValueError): ...
