"""Cross-origin resource sharing (CORS): browsers let pages of the configured origins use the API, and no others."""

from collections.abc import Mapping

from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.call import Reply

_EXPOSED_HEADERS = "ETag, Idempotency-Replayed, Link, Location, Retry-After, WWW-Authenticate, X-Request-ID"
_ALLOWED_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
_MAX_AGE = "600"


class CrossOrigin:
    """The CORS policy: the headers of responses, and the replies to preflight requests; none without origins."""

    def __init__(self, origins: frozenset[str]) -> None:
        self._origins = origins

    def headers(self, request: Mapping[str, str]) -> dict[str, str]:
        """Return the headers to add to the response, by those of the request."""
        if not self._origins:
            return {}
        origin = request.get("origin", "")
        if origin not in self._origins:
            return {"vary": "Origin"}
        return {
            "vary": "Origin",
            "access-control-allow-origin": origin,
            "access-control-expose-headers": _EXPOSED_HEADERS,
        }

    def preflight(self, request: RequestContext, routes: Routes) -> Reply[None] | None:
        """Return the reply to a preflight request of an allowed origin; None for any other request.

        Raises:
            Refusal: 404, the contract has no such path.
        """
        is_preflight = request.method == "OPTIONS" and "access-control-request-method" in request.headers
        if not is_preflight or request.headers.get("origin") not in self._origins:
            return None
        headers = {
            "access-control-allow-methods": ", ".join(sorted(routes.methods(request.path))),
            "access-control-allow-headers": _ALLOWED_HEADERS,
            "access-control-max-age": _MAX_AGE,
        }
        return Reply(status=204, body=None, headers=headers)
