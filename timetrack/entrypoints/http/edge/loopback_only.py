"""The limit of demo mode to one machine: requests from other machines, and forwarded ones, are refused."""

from collections.abc import Mapping

from timetrack.entrypoints.http.messages.loopback import is_local
from timetrack.entrypoints.http.messages.problems import Refusal


def require_loopback(peer: str | None, headers: Mapping[str, str]) -> None:
    """Refuse a request that does not come directly from this machine, or is not addressed to it.

    Raises:
        Refusal: 403, the peer's address is not a loopback address, a header says that the request was forwarded, or
            `Host` names another machine.
    """
    if not is_local(peer, headers):
        raise Refusal(403, "demo mode answers to this machine only", code="demo_loopback_only")
