"""Cross-origin resource sharing (CORS): browsers let pages of named origins use the API, and of no others."""

from collections.abc import Mapping

from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.edge.exchange import Exchange
from timetrack.entrypoints.http.messages.call import Reply

_READABLE = "ETag, Idempotency-Replayed, Link, Location, Retry-After, WWW-Authenticate, X-Request-ID"
_SENDABLE = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
_SECONDS = "600"


class CrossOrigin:
    """What is said to browsers about pages from elsewhere; nothing at all where no origin is named."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins

    def headers(self, request: Mapping[str, str]) -> dict[str, str]:
        """Return what the response to a request is given."""
        if not self._origins:
            return {}
        origin = request.get("origin", "")
        if origin not in self._origins:
            return {"vary": "Origin"}
        return {
            "vary": "Origin",
            "access-control-allow-origin": origin,
            "access-control-expose-headers": _READABLE,
        }

    def preflight(self, request: Exchange, routes: Routes) -> Reply[None] | None:
        """Return the answer to a browser that asks beforehand; None to any other request.

        Raises:
            Refusal: 404, the contract has no such path.
        """
        asks = request.method == "OPTIONS" and "access-control-request-method" in request.headers
        if not asks or request.headers.get("origin") not in self._origins:
            return None
        headers = {
            "access-control-allow-methods": ", ".join(sorted(routes.methods(request.path))),
            "access-control-allow-headers": _SENDABLE,
            "access-control-max-age": _SECONDS,
        }
        return Reply(status=204, body=None, headers=headers)
