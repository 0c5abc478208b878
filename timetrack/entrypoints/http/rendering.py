"""Replies as bytes and headers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from timetrack.entrypoints.http.call import Reply

Headers = list[tuple[str, str]]


def render(reply: Reply[Any]) -> tuple[int, Headers, bytes | Iterator[bytes]]:
    """Return status, headers and body as they go out: None is no body; an iterator of bytes is passed on as it is."""
    headers = list(reply.headers.items())
    if reply.body is None:
        return reply.status, headers, b""
    return reply.status, [("Content-Type", reply.content_type), *headers], body_of(reply)


def body_of(reply: Reply[Any]) -> bytes | Iterator[bytes]:
    """Return the body: bytes and iterators of bytes unchanged, all else as JSON."""
    if isinstance(reply.body, bytes | Iterator):
        return reply.body
    return to_json(reply.body)


def to_json(value: object) -> bytes:
    """Return compact JSON in UTF-8; what JSON does not know is a bug and raises."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def protective_headers(present: Mapping[str, str], *, documentation: bool) -> dict[str, str]:
    """Return the headers that every response carries, without those that are there already."""
    wanted = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
    if not documentation:
        wanted["cache-control"] = "no-store"
    return {name: value for name, value in wanted.items() if name not in present}
