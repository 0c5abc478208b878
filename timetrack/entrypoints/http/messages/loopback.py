"""Requests that come from the server's own machine."""

import re
from collections.abc import Mapping

from timetrack.addresses import is_loopback

_FORWARDING = frozenset({"forwarded", "via", "x-real-ip"})
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.-]+)(?::[0-9]{1,5})?")


def is_local(peer: str | None, headers: Mapping[str, str]) -> bool:
    """Tell whether a request comes directly from this machine, and is addressed to it."""
    addressed = is_loopback(peer or "") and _names_this_machine(headers.get("host", ""))
    return addressed and not any(_is_forwarding_header(name) for name in headers)


def _names_this_machine(host: str) -> bool:
    """Accept no other names: a hostile page can have its own resolve to this machine (DNS rebinding)."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]")
    return name.lower() == "localhost" or is_loopback(name)


def _is_forwarding_header(name: str) -> bool:
    return name in _FORWARDING or name.startswith("x-forwarded-")
