"""The limit of demo mode to one machine: requests from other machines, and forwarded ones, are refused."""

import re
from collections.abc import Mapping

from timetrack.addresses import is_loopback
from timetrack.entrypoints.http.messages.problems import Refusal

_FORWARDING = frozenset({"forwarded", "via", "x-real-ip"})
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::[0-9]{1,5})?")


def require_loopback(peer: str | None, headers: Mapping[str, str]) -> None:
    """Refuse a request that does not come directly from this machine, or is not addressed to it.

    Raises:
        Refusal: 403, the peer's address is not a loopback address, a header says that the request was forwarded, or
            `Host` names another machine.
    """
    is_local = is_loopback(peer or "") and _names_this_machine(headers.get("host", ""))
    if not is_local or any(_is_forwarding_header(name) for name in headers):
        raise Refusal(403, "demo mode answers to this machine only", code="demo_loopback_only")


def _names_this_machine(host: str) -> bool:
    """Accept no other names: a hostile page can have its own resolve to this machine (DNS rebinding)."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]")
    return name.lower() == "localhost" or is_loopback(name)


def _is_forwarding_header(name: str) -> bool:
    return name in _FORWARDING or name.startswith("x-forwarded-")
