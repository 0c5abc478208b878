"""The addresses that a host name stands for."""

import socket

from timetrack.addresses import is_loopback


def resolves_to_loopback(host: str) -> bool:
    """Tell whether an address, or every address of a host name, is a loopback address; no unknown name is."""
    addresses = _addresses(host)
    return bool(addresses) and all(map(is_loopback, addresses))


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return set()
