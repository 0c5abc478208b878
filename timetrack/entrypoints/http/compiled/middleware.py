"""The middleware, to be given to Connexion ahead of its own."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from functools import partial
from typing import Any

from connexion.middleware.abstract import RoutedAPI, SpecMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from timetrack.entrypoints.http.compiled.answers import Answer, piece_of, start_of
from timetrack.entrypoints.http.compiled.pieces import send_pieces
from timetrack.waiting import Greenlets

Endpoint = Callable[[Scope, bytes], Answer]
"""Serves one operation: gets the ASGI scope and the whole body; what it refuses it raises.

It is plain code that runs in a greenlet on the event loop; where it waits, others are served.
"""

ConnexionOperation = Any
ConnexionSpecification = Any
"""Connexion has no types of its own."""

Compile = Callable[[ConnexionOperation], Endpoint | None]
"""Compiles one of Connexion's operations, once; None leaves the operation to Connexion."""

Find = Callable[[Scope], str | None]
"""Tells the id of the operation that a request is for; None, or an id that was not compiled, leaves it to Connexion."""

Read = Callable[[Scope, Receive], Awaitable[bytes]]
"""Gets the whole body of a request; `whole_body`, if nobody else has it already."""


class CompiledContract(SpecMiddleware):
    """Serves the operations that are compiled; passes on all else.

    The endpoints' exceptions leave the middleware as they are: whoever is outside words them. Bodies in pieces are made
    by the executor.
    """

    def __init__(
        self, app: ASGIApp, *, find: Find, compile_: Compile, executor: Executor, read: Read | None = None
    ) -> None:
        self._app = app
        self._find = find
        self._read = read or whole_body
        self._compile = compile_
        self._executor = executor
        self._greenlets = Greenlets()
        self._endpoints: dict[str, Endpoint] = {}

    def add_api(self, specification: ConnexionSpecification, **options: object) -> None:
        """Compile the operations of an API; see SpecMiddleware.add_api."""
        api = _API(specification, self._compile, next_app=self._app, **options)
        self._endpoints.update({name: endpoint for name, endpoint in api.operations.items() if endpoint})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        name = self._find(scope) if scope["type"] == "http" else None
        endpoint = self._endpoints.get(name) if name else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        body = await self._read(scope, receive)
        answer = await self._greenlets.run(partial(endpoint, scope, body))
        if isinstance(answer.body, bytes):
            await send(start_of(answer))
            await send(piece_of(answer.body))
        else:
            await send_pieces(start_of(answer), answer.body, self._executor, receive, send)


class _API(RoutedAPI):
    """Connexion's walk over the operations of a specification, each compiled."""

    def __init__(self, specification: ConnexionSpecification, compile_: Compile, **options: object) -> None:
        super().__init__(specification, **options)
        self._compile = compile_
        self.add_paths()

    def make_operation(self, operation: ConnexionOperation) -> Endpoint | None:
        """See RoutedAPI.make_operation."""
        return self._compile(operation)


async def whole_body(_: Scope, receive: Receive) -> bytes:
    """Return the body, in however many messages it comes."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return body
