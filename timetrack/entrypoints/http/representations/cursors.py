"""Cursors: where a list goes on, opaque to callers."""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode

from timetrack.domain.errors import CursorMalformedError
from timetrack.domain.model.lists import Key, Page, PageRequest
from timetrack.entrypoints.http.messages.call import Call

_KEY = re.compile(r"-?[0-9]{1,18}(?::-?[0-9]{1,18})*")

Item = TypeVar("Item")
Json = TypeVar("Json")


def request(list_name: str, limit: int, cursor: str | None) -> PageRequest:
    """Return which page is asked for.

    Raises:
        CursorMalformedError: this list did not give out the cursor.
    """
    return PageRequest(limit=limit, after=None if cursor is None else _decode(list_name, cursor))


def next_cursor(list_name: str, page: Page[Item]) -> str | None:
    """Return the cursor of the page behind, if there is one."""
    return None if page.next_after is None else _encode(list_name, page.next_after)


def items(page: Page[Item], render: Callable[[Item], Json]) -> list[Json]:
    """Return the page's items as JSON."""
    return [render(item) for item in page.items]


def link(call: Call, cursor: str | None) -> dict[str, str]:
    """Return the `Link` header that leads to the next page (RFC 8288), or no header."""
    if cursor is None:
        return {}
    others = [(name, value) for name, value in parse_qsl(call.query) if name != "cursor"]
    return {"Link": f'<{call.path}?{urlencode([*others, ("cursor", cursor)])}>; rel="next"'}


def _encode(list_name: str, key: Sequence[int]) -> str:
    text = ":".join((list_name, *map(str, key)))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(list_name: str, cursor: str) -> Key:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise CursorMalformedError from error
    name, _, key = text.partition(":")
    if name != list_name or not _KEY.fullmatch(key):
        raise CursorMalformedError
    return tuple(map(int, key.split(":")))
