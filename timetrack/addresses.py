"""IP addresses, by who can reach them."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_IPV6_NETWORK = 64
_IPV6 = 6
_MAPPED_PREFIX = 96


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


def with_mapped(networks: str) -> str:
    """Return addresses and networks, with commas between them, and those of IPv4 as IPv6 sockets show them as well."""
    return ",".join(form for each in networks.split(",") for form in _forms(each))


def _forms(network: str) -> list[str]:
    parsed = ip_network(network)
    if parsed.version == _IPV6:
        return [network]
    return [network, f"::ffff:{parsed.network_address}/{_MAPPED_PREFIX + parsed.prefixlen}"]


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address in an IPv6 one (`::ffff:127.0.0.1`), which the standard library judges as another."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
