"""Sending the response to a request."""

from collections.abc import Set as AbstractSet
from typing import Any

from starlette.types import Message, Send

from timetrack.entrypoints.http.edge.cross_origin import CrossOrigin
from timetrack.entrypoints.http.edge.documentation import CONTENT_SECURITY_POLICY
from timetrack.entrypoints.http.edge.public_url import PublicUrl
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.edge.request_limits import RawHeader
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.http.messages.rendering import asgi_headers, security_headers, to_json

INTERNAL_ERROR = 500

_READ = frozenset({200, 304})
"""The statuses of a read, whose response a cache may keep."""

_OF_ALL_ELSE = asgi_headers(security_headers(caching="no-store").items())
_OF_READS = [*asgi_headers(security_headers(caching="private, no-cache").items()), (b"vary", b"Authorization, Accept")]
_OF_DOCUMENTATION = [
    *asgi_headers(security_headers(caching=None).items()),
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
]


class ResponseSender:
    """Sends the response, with the headers that every response has, and keeps its status for the log."""

    def __init__(self, context: RequestContext, send: Send, cross_origin: CrossOrigin, public_url: PublicUrl) -> None:
        self._context = context
        self._send = send
        self._cross_origin = cross_origin
        self._public_url = public_url
        self.started = False
        self.status = INTERNAL_ERROR

    async def send(self, message: Message) -> None:
        """Send one ASGI message; without its body where the request is HEAD."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = message.get("headers", [])
            further = further_headers(self._context, self._cross_origin, self.status, {name for name, _ in headers})
            message = {**message, "headers": [*self._public_url.public(headers), *further]}
        elif self._context.method == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def reply(self, reply: Reply[dict[str, Any]] | Reply[None]) -> None:
        """Send a reply whose body, if any, is JSON."""
        body = b"" if reply.body is None else to_json(reply.body)
        content = {"content-type": reply.content_type, "content-length": str(len(body))} if body else {}
        headers = asgi_headers({**content, **reply.headers}.items())
        await self.send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def further_headers(
    context: RequestContext, cross_origin: CrossOrigin, status: int, present: AbstractSet[bytes]
) -> list[RawHeader]:
    """Return what every response has, besides the headers that are present."""
    further = [each for each in _protective_headers(context, status) if each[0] not in present]
    further.append((b"x-request-id", context.request_id.encode()))
    further += cross_origin.headers(context.headers)
    return further


def _protective_headers(context: RequestContext, status: int) -> list[RawHeader]:
    if context.documentation:
        return _OF_DOCUMENTATION
    # A cache may keep what its owner reads, and has to ask each time whether it is still current.
    operation = context.route.operation if context.route else None
    is_read = operation is not None and operation.secured and operation.method == "GET"
    return _OF_READS if is_read and status in _READ else _OF_ALL_ELSE
