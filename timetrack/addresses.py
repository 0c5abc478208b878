"""IP addresses, by who can reach them."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def is_loopback(address: str) -> bool:
    """Tell whether an IP address can be reached from its own machine alone; a host name is no address."""
    try:
        parsed = _unmapped(ip_address(address))
    except ValueError:
        return False
    return parsed.is_loopback


def _unmapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address in an IPv6 one (`::ffff:127.0.0.1`), which the standard library judges as another."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address
