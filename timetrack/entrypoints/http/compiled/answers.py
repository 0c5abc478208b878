"""Answers of compiled operations, and the ASGI messages that send them."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.types import Message

_WITHOUT_LENGTH = frozenset({204, 304})


@dataclass(slots=True)
class Answer:
    """A response; a body in pieces is sent piece by piece, each made when the one before it has gone."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | Iterator[bytes]


def start_of(answer: Answer) -> Message:
    """Return the message that opens the response; a body that is known whole has its length announced."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if isinstance(answer.body, bytes) and answer.status not in _WITHOUT_LENGTH:
        headers.append((b"content-length", b"%d" % len(answer.body)))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def piece_of(body: bytes, *, more: bool = False) -> Message:
    """Return the message that carries a piece of the body."""
    return {"type": "http.response.body", "body": body, "more_body": more}
