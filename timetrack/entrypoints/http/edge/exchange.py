"""One request that has come whole, and its response, without the messages of ASGI."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, cast

from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from timetrack.entrypoints.http.edge.request_limits import RawHeader

_WITHOUT_LENGTH = frozenset({204, 304})
_CLOSE = (b"connection", b"close")


class UnsafeHeaderError(Exception):
    """A header holds the end of a line, and what follows would be read as another header."""


class Exchange:
    """A request, whole, and the one response to it; until that is given it counts as one of uvicorn's tasks."""

    __slots__ = ("_cycle", "_on_cancelled", "_serve", "_tasks", "scope")

    def __init__(self, cycle: RequestResponseCycle, serve: Callable[[ASGIApp], object], tasks: set[Any]) -> None:
        """`serve` has an ASGI application serve the request, `tasks` are those that uvicorn waits for and cancels."""
        self.scope: Scope = cast("Scope", cycle.scope)
        self._cycle = cycle
        self._serve = serve
        self._tasks = tasks
        self._on_cancelled: Callable[[], object] = _nothing

    @property
    def body(self) -> bytes:
        """The body of the request."""
        return bytes(self._cycle.body)

    @property
    def is_over(self) -> bool:
        """True where nobody waits for the response: it is given, or the client is gone."""
        return self._cycle.response_started or self._cycle.disconnected

    def begin(self, on_cancelled: Callable[[], object]) -> None:
        """Count as a task from now on; `on_cancelled` is called when the server ends and waits no longer."""
        self._on_cancelled = on_cancelled
        self._tasks.add(self)

    def cancel(self, msg: object = None) -> None:
        """See asyncio.Task.cancel; the end comes later, as a task's, since uvicorn goes through the set of them."""
        del msg
        asyncio.get_running_loop().call_soon(self._on_cancelled)

    def respond(self, status: int, headers: Sequence[RawHeader], body: bytes) -> None:
        """Send the response; where it is over already, drop it.

        Raises:
            UnsafeHeaderError: nothing is sent.
        """
        self._tasks.discard(self)
        if self.is_over:
            return
        cycle = self._cycle
        head = self._head(status, headers, len(body))
        cycle.response_started = cycle.response_complete = True
        cycle.transport.write(head if cycle.scope["method"] == "HEAD" else head + body)
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()
        cycle.on_response = _nothing

    def _head(self, status: int, headers: Sequence[RawHeader], length: int) -> bytes:
        lines = [b"%b: %b\r\n" % header for header in (*self._cycle.default_headers, *headers)]
        if status not in _WITHOUT_LENGTH:
            lines.append(b"content-length: %d\r\n" % length)
        if _CLOSE in headers:
            self._cycle.keep_alive = False
        elif not self._cycle.keep_alive:
            lines.append(b"%b: %b\r\n" % _CLOSE)
        head = b"".join(lines)
        if head.count(b"\n") != len(lines) or head.count(b"\r") != len(lines):
            raise UnsafeHeaderError
        return STATUS_LINE[status] + head + b"\r\n"

    def hand_over(self, app: ASGIApp) -> None:
        """Have an ASGI application give the response."""
        self._tasks.discard(self)
        if not self.is_over:
            # The body is taken: what the application receives next is that the client is gone.
            self._cycle.message_event.clear()
            self._serve(app)


FastPath = Callable[[Exchange], bool]
"""Begins to serve a request, and returns True; after False an ASGI application is to serve it."""


def _nothing() -> None:
    """Nobody has to be told."""
