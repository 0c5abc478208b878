"""The fast path: a request that has come whole is answered without ASGI's tasks, coroutines and messages.

It does what the guard and the compiled contract do, in their order and by their functions, and leaves to them whatever
is unusual: what it refuses by its head, documentation, preflights, operations that are not compiled.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from starlette.types import Receive, Scope, Send

from timetrack.domain.model.ids import UserId
from timetrack.entrypoints.http.edge.access_log import log_request
from timetrack.entrypoints.http.edge.exchange import Exchange
from timetrack.entrypoints.http.edge.fair_queue import FairQueue
from timetrack.entrypoints.http.edge.guard import CLIENT_CLOSED_REQUEST, Guard, shutting_down
from timetrack.entrypoints.http.edge.request_body import take_body
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.edge.response_sender import further_headers
from timetrack.entrypoints.http.messages.problems import Refusal
from timetrack.entrypoints.http.messages.rendering import Rendered, asgi_headers, render
from timetrack.waiting import Greenlets

Serve = Callable[[RequestContext], Rendered]
"""Serves a compiled operation; what it refuses it raises."""

SendPieces = Callable[[Rendered, Receive, Send], Awaitable[None]]
"""Sends a response whose body is made piece by piece."""


_MOST_OWNERS = 10_000


class FastPath:
    """Serves exchanges for a guard, as many at once as the queue lets in."""

    def __init__(self, guard: Guard, operations: Mapping[str, Serve], send_pieces: SendPieces) -> None:
        """`operations` are those that are compiled, by their ids."""
        self._guard = guard
        self._operations = operations
        self._send_pieces = send_pieces
        self._greenlets = Greenlets()
        self._queue = FairQueue()
        self._owners: dict[str, UserId] = {}
        """The users by the `Authorization` headers that were good lately."""

    def serve(self, exchange: Exchange) -> bool:
        """Begin to serve a request, and return True; False leaves it to the guard, which begins anew."""
        began = time.perf_counter()
        guard, scope = self._guard, exchange.scope
        context, repeated = guard.begin(scope)
        try:
            guard.check_head(context, scope, repeated)
            guard.find_route(context, scope)
            take_body(context, exchange.body)
        except Exception:  # noqa: BLE001 - the guard comes upon it too, and words it
            return False
        serve = self._operations.get(context.operation_id or "")
        if serve is None:
            return False
        request = _Request(exchange, context, began, serve)
        exchange.begin(lambda: self._refuse(request, shutting_down()))
        if context.method == "GET" and not context.operation.secured:
            # It asks nothing of the database: whether the server is alive, and what a problem means.
            self._greenlets.start(partial(self._serve, request))
        else:
            self._queue.put(self._caller(context), partial(self._start, request), lambda: self._refuse(request, busy()))
        return True

    def _caller(self, context: RequestContext) -> UserId | str | None:
        """Return whose turn a request takes: the user's, or the address's until it is known whose the token is.

        Else who makes tokens up would have a turn for each.
        """
        return self._owners.get(context.headers.get("authorization", ""), context.peer)

    def _start(self, request: "_Request", slot: int) -> None:
        if request.exchange.is_over:
            # The client has gone while it waited, or has been told that the server ends: nothing is done any more.
            self._queue.release(slot)
            request.exchange.respond(CLIENT_CLOSED_REQUEST, [], b"")
            log_request(request.context, status=CLIENT_CLOSED_REQUEST, seconds=time.perf_counter() - request.began)
        else:
            self._greenlets.start(partial(self._serve_in_slot, request, slot))

    def _serve_in_slot(self, request: "_Request", slot: int) -> None:
        try:
            self._serve(request)
        finally:
            self._queue.release(slot)
            self._remember(request.context)

    def _serve(self, request: "_Request") -> None:
        try:
            self._answer(request, request.serve(request.context))
        except Exception as error:  # noqa: BLE001 - this is where every error becomes a response
            self._refuse(request, error)

    def _remember(self, context: RequestContext) -> None:
        if context.caller is not None:
            if len(self._owners) >= _MOST_OWNERS:
                self._owners.clear()
            self._owners[context.headers["authorization"]] = context.caller.user_id

    def _refuse(self, request: "_Request", error: Exception) -> None:
        self._answer(request, render(self._guard.error_reply(request.context, error)))

    def _answer(self, request: "_Request", rendered: Rendered) -> None:
        status, named, body = rendered
        if not isinstance(body, bytes):
            request.exchange.hand_over(partial(self._answer_in_pieces, request, rendered))
            return
        headers = asgi_headers(named)
        further = further_headers(request.context, self._guard.cross_origin, status, {name for name, _ in headers})
        request.exchange.respond(status, [*self._guard.public_url.public(headers), *further], body)
        log_request(request.context, status=status, seconds=time.perf_counter() - request.began)

    async def _answer_in_pieces(
        self, request: "_Request", rendered: Rendered, _: Scope, receive: Receive, send: Send
    ) -> None:
        response = self._guard.sender(request.context, send)
        try:
            await self._send_pieces(rendered, receive, response.send)
        finally:
            log_request(request.context, status=response.status, seconds=time.perf_counter() - request.began)


@dataclass(slots=True)  # frozen, it would take 1 us more to make
class _Request:
    exchange: Exchange
    context: RequestContext
    began: float
    serve: Serve


def busy() -> Refusal:
    """Return the 503 for a request that would have its answer too late."""
    return Refusal(503, "too many requests wait already", headers={"Retry-After": "1"})
