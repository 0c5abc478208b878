"""Between the guard and Connexion's stack: the request, said again in the words that the stack understands."""

import asyncio
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.rendering import asgi_headers

LOOP = "timetrack.event_loop"
"""The scope's key for the event loop, to which threads hand their handlers."""


class RebuiltRequest:
    """Middleware that passes on a scope of the request's own, with the body that the guard has read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the scope on."""
        if scope["type"] == "http":
            context = RequestContext.of(scope)
            scope, receive = _within(context, scope), _replay(context.body, receive)
        await self._app(scope, receive, send)


def _within(context: RequestContext, scope: Scope) -> Scope:
    """A scope of its own for the request.

    The extensions are copied: Connexion keeps there who is signed in, and some servers share them among requests.
    """
    return {
        **scope,
        LOOP: asyncio.get_running_loop(),
        "method": "GET" if context.method == "HEAD" else context.method,
        "headers": asgi_headers(_as_read(context.headers, len(context.body)).items()),
        "extensions": dict(scope.get("extensions") or {}),
    }


def _as_read(headers: Mapping[str, str], length: int) -> dict[str, str]:
    """The headers of a body that is whole and as it is, whatever it came in."""
    hop_by_hop = ("transfer-encoding", "upgrade")
    kept = {name: value for name, value in headers.items() if name not in hop_by_hop}
    return {**kept, "content-length": str(length)}


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body once, then whatever the server has to say, such as that the client is gone."""
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def replay() -> Message:
        return next(messages, None) or await receive()

    return replay
