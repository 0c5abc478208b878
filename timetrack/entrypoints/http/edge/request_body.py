"""Reading the body of a request, within its limits of size and time."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, cast

from starlette.types import Receive

from timetrack.entrypoints.http.edge import request_limits
from timetrack.entrypoints.http.edge.request_context import RequestContext


class ClientDisconnectedError(Exception):
    """The client disconnected, so that there is nobody to reply to."""


async def read_body(context: RequestContext, receive: Receive) -> None:
    """Read the whole body, chunked or not, and normalize its media type.

    Raises:
        Refusal: 408, 413 or 415.
        ClientDisconnectedError: the client is gone before the body was complete.
    """
    # Without a body there is nothing that could be slow, and a timer costs more than it looks.
    announced = "content-length" in context.headers or "transfer-encoding" in context.headers
    take_body(context, await (_receive_in_time if announced else _receive_all)(receive))


def take_body(context: RequestContext, body: bytes) -> None:
    """Keep a whole body, and normalize its media type.

    Raises:
        Refusal: 413 or 415.
    """
    if len(body) > request_limits.MAX_BODY_BYTES:
        raise request_limits.body_too_large()
    context.body = body
    if body:
        context.headers["content-type"] = request_limits.media_type_of(context.headers)
    else:
        # The type of no body says nothing.
        context.headers.pop("content-type", None)


async def _receive_in_time(receive: Receive) -> bytes:
    """Return the body; a timeout is set only where it has not arrived yet, as most have."""
    chunks = _receive_all(receive)
    try:
        awaited = chunks.send(None)
    except StopIteration as end:
        return cast("bytes", end.value)
    try:
        async with asyncio.timeout(request_limits.BODY_TIMEOUT):
            return await _resume(chunks, awaited)
    except TimeoutError:
        raise request_limits.body_too_slow() from None
    finally:
        chunks.close()


@coroutine
def _resume(started: Coroutine[Any, Any, bytes], awaited: object) -> Generator[Any, Any, bytes]:
    """Resume a coroutine that has run up to where it awaits something."""
    yield awaited
    return (yield from started.__await__())


async def _receive_all(receive: Receive) -> bytes:
    chunks = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnectedError
        chunks += message.get("body", b"")
        if len(chunks) > request_limits.MAX_BODY_BYTES:
            raise request_limits.body_too_large()
        more = message.get("more_body", False)
    return bytes(chunks)
