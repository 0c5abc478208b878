"""Demo mode is for one machine: requests from elsewhere, or passed on from elsewhere, are refused."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from timetrack.entrypoints.http.problems import Refusal

_FORWARDING = frozenset({"forwarded", "via", "x-real-ip"})


def require_loopback(peer: str | None, headers: Iterable[str]) -> None:
    """Let only those through who ask from this machine, directly.

    Raises:
        Refusal: 403, the peer's address is not a loopback address, or a header says that the request was forwarded.
    """
    if not _is_loopback(peer) or any(_tells_forwarding(name) for name in headers):
        raise Refusal(403, "demo mode answers to this machine only", code="demo_loopback_only")


def _is_loopback(peer: str | None) -> bool:
    try:
        address = ip_address(peer or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _tells_forwarding(name: str) -> bool:
    return name in _FORWARDING or name.startswith("x-forwarded-")
