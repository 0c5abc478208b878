"""A strict JSON parser (RFC 8259): it refuses what parsers read in different ways."""

import json
import re
from typing import Any, NoReturn

Json = Any
"""A value of JSON: whatever it holds is known only once a schema has checked it."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_DIGITS = 20
_MAX_DEPTH = 32


class NotJsonError(ValueError):
    """The text is not strict JSON; the message repeats nothing of it."""


def parse(raw: bytes) -> Json:
    """Return the value of a JSON text in UTF-8; a byte-order mark in front is passed over (RFC 8259, section 8.1).

    Raises:
        NotJsonError: it is not UTF-8, not JSON, names a member twice, nests deeper than 32 levels, or holds a number
            or a string that cannot be stored (NaN, 1e400, integers of over 20 digits, NUL, a lone surrogate).
    """
    try:
        value = _DECODER.decode(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NotJsonError("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotJsonError(f"is not JSON, from line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise NotJsonError("is nested too deeply") from error
    _check(value, depth=0)
    return value


def has_unstorable_characters(text: str) -> bool:
    """Tell whether a text has a lone surrogate or NUL, which UTF-8 or PostgreSQL cannot store."""
    return (not text.isascii() and _SURROGATE.search(text) is not None) or "\0" in text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJsonError("names a member twice")
    return members


def _refuse_constant(_: str) -> NoReturn:
    raise NotJsonError("has a number that JSON does not know")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise NotJsonError("has a number that is too large")
    return number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise NotJsonError("has a number that is too large")
    return int(text)


def _check(value: object, *, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise NotJsonError("is nested too deeply")
    if isinstance(value, str) and has_unstorable_characters(value):
        raise NotJsonError("has characters that are not allowed")
    if isinstance(value, dict):
        for name, member in value.items():
            _check(name, depth=depth)
            _check(member, depth=depth + 1)
    elif isinstance(value, list):
        for item in value:
            _check(item, depth=depth + 1)


# Made once: json.loads would make one for each text.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_float, parse_int=_integer
)
