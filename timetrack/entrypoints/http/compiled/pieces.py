"""Sending a body that is made piece by piece."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future

from starlette.types import Message, Receive, Send

from timetrack.entrypoints.http.compiled.answers import piece_of


async def send_pieces(
    start: Message, pieces: Iterator[bytes], executor: Executor, receive: Receive, send: Send
) -> None:
    """Send a body as the executor makes it, until it ends or the client is gone; then let its maker clean up."""
    gone = asyncio.ensure_future(receive())
    making: Future[bytes | None] = executor.submit(next, pieces, None)
    try:
        await send(start)
        while (piece := await asyncio.wrap_future(making)) is not None and not gone.done():
            await send(piece_of(piece, more=True))
            making = executor.submit(next, pieces, None)
        await send(piece_of(b""))
    finally:
        gone.cancel()
        # Once the last piece is made, also where this task is cancelled meanwhile: what runs cannot be closed.
        making.add_done_callback(lambda _: _close(pieces, executor))


def _close(pieces: Iterator[bytes], executor: Executor) -> None:
    close: Callable[[], object] = getattr(pieces, "close", _nothing)
    try:
        executor.submit(close)
    except RuntimeError:  # it has ended, since the program ends: nobody is kept waiting
        close()


def _nothing() -> None:
    """There is nothing to clean up."""
