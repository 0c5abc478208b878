"""Cursors: the key of a page's last item and the name of its list, opaque to callers."""

import base64
import binascii
import re
from collections.abc import Sequence

from timetrack.domain.errors import CursorMalformedError
from timetrack.domain.model.lists import Key

_KEY = re.compile(r"-?[0-9]{1,18}(?::-?[0-9]{1,18})*")


def encode(list_name: str, key: Sequence[int]) -> str:
    """Return the cursor of the page that begins behind a key."""
    text = ":".join((list_name, *map(str, key)))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(list_name: str, cursor: str) -> Key:
    """Return the key in a cursor.

    Raises:
        CursorMalformedError: `encode` has not made it, or for another list.
    """
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise CursorMalformedError from error
    name, _, key = text.partition(":")
    if name != list_name or not _KEY.fullmatch(key):
        raise CursorMalformedError
    return tuple(map(int, key.split(":")))
