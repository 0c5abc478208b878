"""uvicorn's HTTP protocol, with limits on the head of a request, and problem details for what cannot be parsed."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from timetrack.entrypoints.http.edge.buffered_transport import BufferedTransport
from timetrack.entrypoints.http.edge.connection_limit import ConnectionLimit
from timetrack.entrypoints.http.edge.exchange import Exchange, FastPath
from timetrack.entrypoints.http.edge.request_limits import MAX_HEAD_BYTES, head_too_large, new_request_id
from timetrack.entrypoints.http.messages.problems import Refusal, problem
from timetrack.entrypoints.http.messages.rendering import security_headers, to_json

HEAD_TIMEOUT = 10.0
"""The seconds in which a head has to come; else each slow client would hold a connection for ever."""

LAST_CHANCE = 1.0
"""The seconds in which a silent connection may still send a request when the server ends."""


class ProblemProtocol(HttpToolsProtocol):
    """The `http` of `uvicorn.Config`; it refuses by itself what never reaches an ASGI application."""

    _awaits_head = True
    _head_bytes = 0
    _head_deadline: asyncio.TimerHandle | None = None
    _ends = False
    _last: RequestResponseCycle | None = None
    _coming: RequestResponseCycle | None = None
    """A request whose head is here, and whose body may be."""

    def __init__(  # noqa: PLR0913 - uvicorn's arguments, and ours
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        is_draining: Callable[[], bool] = lambda: False,
        connection_limit: ConnectionLimit | None = None,
        fast_path: FastPath | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._is_draining = is_draining
        self._connection_limit = connection_limit
        self._fast_path = fast_path
        self._counted: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """See asyncio.Protocol.connection_made."""
        super().connection_made(cast("asyncio.Transport", BufferedTransport(transport)))
        self._limit_head(0)
        if self._connection_limit is not None and self.client is not None:
            if self._connection_limit.take(self.client[0]):
                self._counted = self.client[0]
            else:
                self._refuse(too_many_connections())

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol.connection_lost."""
        if self._connection_limit is not None and self._counted is not None:
            self._connection_limit.give_back(self._counted)
        self._end_head()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio has it
        """See asyncio.Protocol.eof_received; who has sent whole requests gets all answers before the end."""
        # Where it returns False the transport is closed, and drops what is not flushed.
        cast("BufferedTransport", self.transport).flush()
        if not self._owes_answers():
            return False
        self.end_after_answers()
        self.cycle.keep_alive = False
        return True

    def _owes_answers(self) -> bool:
        cycle = self.cycle
        if not self._is_busy():
            return False
        # A body that cannot become whole has no answer; behind other requests it gets its 408.
        return not cycle.more_body or cycle.response_started or bool(self.pipeline)

    def _is_busy(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def end_after_answers(self) -> None:
        """Close the connection after the last answer that is owed, if that can still say so (`Connection: close`)."""
        if not self._is_busy() or self.cycle.response_started or self.cycle is self._last:
            return
        if self._last is not None and not self._last.response_started:
            # Another request has come behind it, with HTTP pipelining.
            self._last.keep_alive = True
        self._last = self.cycle if self.cycle.keep_alive else None
        self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """See HttpToolsProtocol.shutdown; a silent connection is given a moment, for a request that is under way."""
        self._ends = True
        self.end_after_answers()
        if not self._is_busy():
            self.loop.call_later(LAST_CHANCE, self._close_if_silent)

    def _close_if_silent(self) -> None:
        head_has_begun = self._awaits_head and self._head_bytes
        if not self._is_busy() and not head_has_begun:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol.data_received; a head is kept up to its limit and refused beyond."""
        awaited = self._awaits_head
        super().data_received(data)
        if self._coming is not None:  # its body is still to come
            super()._start_asgi_task(self._coming, self.app)
            self._coming = None
        if self._awaits_head:
            self._limit_head(len(data) if awaited else 0)

    def _limit_head(self, more: int) -> None:
        self._head_bytes += more
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(head_too_large())
        elif self._head_deadline is None:
            self._head_deadline = self.loop.call_later(HEAD_TIMEOUT, self.transport.close)

    def on_message_begin(self) -> None:
        """See httptools."""
        super().on_message_begin()
        if not self._awaits_head:
            self._awaits_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """See httptools."""
        self._end_head()
        super().on_headers_complete()
        if self._ends or self._is_draining():
            self.end_after_answers()

    def on_message_complete(self) -> None:
        """See httptools."""
        super().on_message_complete()
        if self._coming is not None:
            # Later: what waits must never run inside the callback of a socket (ServingLoop.wait says why).
            self.loop.call_soon(self._serve_whole, self._coming)
            self._coming = None

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if self._fast_path is None:
            super()._start_asgi_task(cycle, app)
        elif cycle.more_body:
            self._coming = cycle
        else:  # it came behind another one, with HTTP pipelining
            self.loop.call_soon(self._serve_whole, cycle)

    def _serve_whole(self, cycle: RequestResponseCycle) -> None:
        serve = partial(super()._start_asgi_task, cycle)
        exchange = Exchange(cycle, serve, self.tasks)
        # The guard logs that a client is gone, and waits for one that reads slowly.
        unusual = cycle.disconnected or self.flow.write_paused
        if unusual or self._fast_path is None or not self._fast_path(exchange):
            serve(self.app)

    def send_400_response(self, msg: str) -> None:
        """Reply 400 and close; uvicorn has logged `msg` already."""
        del msg
        self._refuse(Refusal(400, "this is not HTTP that can be read"))

    def _end_head(self) -> None:
        self._awaits_head = False
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _refuse(self, refusal: Refusal) -> None:
        self.transport.write(_response_bytes(refusal))
        self.transport.close()


def too_many_connections() -> Refusal:
    """Return the 503 for a connection of an address that has as many as it may have."""
    return Refusal(503, "this address has too many connections", headers={"Retry-After": "1"})


def _response_bytes(refusal: Refusal) -> bytes:
    request_id = new_request_id()
    reply = problem(refusal, request_id=request_id)
    body = to_json(reply.body)
    headers = {
        "content-type": reply.content_type,
        "content-length": str(len(body)),
        "connection": "close",
        "x-request-id": request_id,
        **{name.lower(): value for name, value in refusal.headers.items()},
        **security_headers(caching="no-store"),
    }
    status = f"HTTP/1.1 {reply.status} {reply.body['title']}"
    lines = [status, *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
