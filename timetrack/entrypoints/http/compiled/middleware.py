"""The middleware, to be given to Connexion ahead of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from connexion.middleware.abstract import RoutedAPI, SpecMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from timetrack.entrypoints.http.compiled.answers import Answer, piece_of, start_of
from timetrack.entrypoints.http.compiled.greenlets import Greenlets

Result = TypeVar("Result")

Endpoint = Callable[[Scope, bytes], Answer]
"""Serves one operation: gets the ASGI scope and the whole body; what it refuses it raises."""


class NeedsThreadError(Exception):
    """An endpoint on the event loop cannot go on without blocking it; it has done nothing that cannot be done again."""


@dataclass(frozen=True, slots=True)
class CompiledOperation:
    """An operation's endpoints: one that may block, for a thread; and perhaps one that does not, for the event loop.

    That one runs as a greenlet whose parent is the loop's: to wait, it has itself resumed later, and switches there.
    """

    blocking: Endpoint
    prompt: Endpoint | None = None


Compile = Callable[[Any], CompiledOperation | None]
"""Compiles one of Connexion's operations, once; None leaves the operation to Connexion."""

Find = Callable[[Scope], str | None]
"""Tells the id of the operation that a request is for; None, or an id that was not compiled, leaves it to Connexion."""


Read = Callable[[Scope, Receive], Awaitable[bytes]]
"""Gets the whole body of a request; `whole_body`, if nobody else has it already."""


class CompiledContract(SpecMiddleware):  # type: ignore[misc]  # Connexion has no types
    """Serves the operations that are compiled; passes on all else.

    The endpoints' exceptions leave the middleware as they are: whoever is outside words them.
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
        self._operations: dict[str, CompiledOperation] = {}

    def add_api(self, specification: Any, **options: Any) -> None:  # noqa: ANN401 - Connexion has no types
        """Compile the operations of an API; see SpecMiddleware.add_api."""
        api = _API(specification, self._compile, next_app=self._app, **options)
        self._operations.update({name: compiled for name, compiled in api.operations.items() if compiled})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        name = self._find(scope) if scope["type"] == "http" else None
        operation = self._operations.get(name) if name else None
        if operation is None:
            await self._app(scope, receive, send)
        else:
            await self._serve(operation, scope, receive, send)

    async def _serve(self, operation: CompiledOperation, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(operation, scope, await self._read(scope, receive))
        await send(start_of(answer))
        if isinstance(answer.body, bytes):
            await send(piece_of(answer.body))
        else:
            await self._send_pieces(answer.body, receive, send)

    async def _answer(self, operation: CompiledOperation, scope: Scope, body: bytes) -> Answer:
        if operation.prompt:
            try:
                return await self._greenlets.run(partial(operation.prompt, scope, body))
            except NeedsThreadError:
                pass
        return await self._on_thread(partial(operation.blocking, scope, body))

    async def _send_pieces(self, pieces: Iterator[bytes], receive: Receive, send: Send) -> None:
        """Send a body as it is made, until it ends or the client is gone; then let its maker clean up."""
        gone = asyncio.ensure_future(receive())
        try:
            while not gone.done() and (piece := await self._on_thread(partial(next, pieces, None))) is not None:
                await send(piece_of(piece, more=True))
            await send(piece_of(b""))
        finally:
            gone.cancel()
            await self._on_thread(getattr(pieces, "close", _nothing))

    def _on_thread(self, work: Callable[[], Result]) -> asyncio.Future[Result]:
        return asyncio.get_running_loop().run_in_executor(self._executor, work)


class _API(RoutedAPI):  # type: ignore[misc]  # Connexion has no types
    """Connexion's walk over the operations of a specification, each compiled."""

    def __init__(self, specification: Any, compile_: Compile, **options: Any) -> None:  # noqa: ANN401 - Connexion has no types
        super().__init__(specification, **options)
        self._compile = compile_
        self.add_paths()

    def make_operation(self, operation: Any) -> CompiledOperation | None:  # noqa: ANN401 - Connexion has no types
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


def _nothing() -> None:
    """There is nothing to clean up."""
