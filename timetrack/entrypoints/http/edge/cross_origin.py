"""Cross-origin resource sharing (CORS): browsers let pages of the configured origins use the API, and no others."""

from collections.abc import Collection, Mapping

from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.edge.request_limits import RawHeader
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.http.messages.rendering import asgi_headers

_EXPOSED_HEADERS = (
    "Allow, Content-Disposition, ETag, Idempotency-Replayed, Link, Location, Retry-After, "
    "WWW-Authenticate, X-Request-ID"
)
_ALLOWED_HEADERS = "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-ID"
_MAX_AGE = "600"
_VARY = (b"vary", b"Origin")

# A preflight request that is refused shows the page a network error. So every path and method passes: what comes then
# is answered 404 or 405, which the page can read.
_PREFLIGHT: Reply[None] = Reply(
    status=204,
    body=None,
    headers={
        "access-control-allow-methods": "DELETE, GET, HEAD, PATCH, POST, PUT",
        "access-control-allow-headers": _ALLOWED_HEADERS,
        "access-control-max-age": _MAX_AGE,
    },
)


class CrossOrigin:
    """The CORS policy: the headers of responses, and the replies to preflight requests; none without origins."""

    def __init__(self, origins: Collection[str]) -> None:
        self._headers = {origin: [_VARY, *asgi_headers(_headers_for(origin).items())] for origin in origins}
        self._headers_for_others = [_VARY] if origins else []

    def headers(self, request: Mapping[str, str]) -> list[RawHeader]:
        """Return the headers to add to the response, whatever its status, by those of the request."""
        return self._headers.get(request.get("origin", ""), self._headers_for_others)

    def preflight(self, request: RequestContext) -> Reply[None] | None:
        """Return the reply to a preflight request of an allowed origin, for any path; None for any other request."""
        is_preflight = request.method == "OPTIONS" and "access-control-request-method" in request.headers
        return _PREFLIGHT if is_preflight and request.headers.get("origin") in self._headers else None


def _headers_for(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "access-control-expose-headers": _EXPOSED_HEADERS}
