"""Replies as bytes and headers."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from timetrack.entrypoints.http.messages.call import Reply

HeaderList = list[tuple[str, str]]
Rendered = tuple[int, HeaderList, bytes | Iterator[bytes]]
"""Status, headers and body; a body that comes in pieces is made while it is sent."""

_ONLY_JSON = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def render(reply: Reply[Any]) -> Rendered:
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
    """Return compact JSON in UTF-8; what JSON does not know, dates included, is a bug and raises."""
    return orjson.dumps(value, option=_ONLY_JSON)


def asgi_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Return headers in the form of ASGI: bytes, names in lower case."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def security_headers(*, caching: str | None) -> dict[str, str]:
    """Return the security headers of every response that does not set them itself; `caching` is told to caches."""
    wanted = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
    if caching is not None:
        wanted["cache-control"] = caching
    return wanted
