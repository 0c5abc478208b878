"""The fast path: a request that has come whole is answered without ASGI's tasks, coroutines and messages.

It does what the guard and the compiled contract do, in their order and by their functions, and leaves to them whatever
is unusual: what it refuses by its head, documentation, preflights, operations that are not compiled.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.types import Receive, Scope, Send

from timetrack.entrypoints.http.edge.access_log import log_request
from timetrack.entrypoints.http.edge.exchange import Exchange
from timetrack.entrypoints.http.edge.fair_queue import FairQueue
from timetrack.entrypoints.http.edge.guard import Guard, shutting_down
from timetrack.entrypoints.http.edge.request_body import take_body
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.edge.response_sender import further_headers
from timetrack.entrypoints.http.messages.problems import Refusal
from timetrack.entrypoints.http.messages.rendering import Rendered, render
from timetrack.waiting import Greenlets

Serve = Callable[[RequestContext], Rendered]
"""Serves a compiled operation; what it refuses it raises."""

SendPieces = Callable[[Rendered, Receive, Send], Awaitable[None]]
"""Sends a response whose body is made piece by piece."""


class FastPath:
    """Serves exchanges for a guard."""

    def __init__(self, guard: Guard, operations: Mapping[str, Serve], send_pieces: SendPieces) -> None:
        """`operations` are those that are compiled, by their ids."""
        self._guard = guard
        self._operations = operations
        self._send_pieces = send_pieces
        self._greenlets = Greenlets()
        self._queue = FairQueue()

    def serve(self, exchange: Exchange) -> bool:
        """Begin to serve a request, and return True; False leaves it to the guard, which begins anew."""
        began = time.perf_counter()
        guard, scope = self._guard, exchange.scope
        context, repeated = guard.begin(scope)
        try:
            guard.check_head(context, scope, repeated)
            guard.check_target(context, scope)
            context.route = guard.routes.find(context.method, context.path)
            take_body(context, exchange.body)
        except Exception:  # noqa: BLE001 - the guard comes upon it too, and words it
            return False
        operation = self._operations.get(context.route.operation.operation_id)
        if operation is None:
            return False
        exchange.begin(lambda: self._answer(exchange, context, began, self._refused(context, shutting_down())))
        self._queue.put(
            context.headers.get("authorization") or context.peer,
            lambda number: self._greenlets.start(partial(self._serve, exchange, context, began, operation, number)),
            lambda: self._answer(exchange, context, began, self._refused(context, too_busy())),
        )
        return True

    def _serve(self, exchange: Exchange, context: RequestContext, began: float, operation: Serve, number: int) -> None:
        try:
            self._answer(exchange, context, began, operation(context))
        except Exception as error:  # noqa: BLE001 - this is where every error becomes a response
            self._answer(exchange, context, began, self._refused(context, error))
        finally:
            self._queue.end(number)

    def _refused(self, context: RequestContext, error: Exception) -> Rendered:
        return render(self._guard.error_reply(context, error))

    def _answer(self, exchange: Exchange, context: RequestContext, began: float, rendered: Rendered) -> None:
        status, named, body = rendered
        if not isinstance(body, bytes):
            exchange.hand_over(partial(self._answer_in_pieces, context, began, rendered))
            return
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named]
        headers += further_headers(context, self._guard.cross_origin, status, {name for name, _ in headers})
        exchange.respond(status, self._guard.public_url.public(headers), body)
        log_request(context, status=status, seconds=time.perf_counter() - began)

    async def _answer_in_pieces(
        self, context: RequestContext, began: float, rendered: Rendered, _: Scope, receive: Receive, send: Send
    ) -> None:
        response = self._guard.sender(context, send)
        try:
            await self._send_pieces(rendered, receive, response.send)
        finally:
            log_request(context, status=response.status, seconds=time.perf_counter() - began)


def too_busy() -> Refusal:
    """Return the 503 for a request that would have its answer too late."""
    return Refusal(503, "too many requests wait already", headers={"Retry-After": "1"})
