"""IP addresses, by who can reach them."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_IPV6_NETWORK = 64


def is_loopback(address: str) -> bool:
    """Tell whether an IP address can be reached from its own machine alone; a host name is no address."""
    try:
        parsed = _unmapped(ip_address(address))
    except ValueError:
        return False
    return parsed.is_loopback


def is_in(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    """Tell whether an IP address is in one of the networks; a host name is in none."""
    try:
        parsed = _unmapped(ip_address(address))
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def network_of(address: str) -> str:
    """Return what one client can have of addresses: an IPv4 address alone, of IPv6 a /64 network."""
    try:
        parsed = _unmapped(ip_address(address))
    except ValueError:
        return address
    return (
        str(parsed) if isinstance(parsed, IPv4Address) else str(IPv6Network((int(parsed), _IPV6_NETWORK), strict=False))
    )


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address in an IPv6 one (`::ffff:127.0.0.1`), which the standard library judges as another."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
