"""Checks of the values of `format`; a contract that names another format keeps the server from starting."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from jsonschema import FormatChecker

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_instant(text: str) -> datetime:
    """Return an RFC 3339 date-time in UTC; offsets may also be written as ISO 8601 has them, `+0200` and `+02`.

    Leap seconds are refused: PostgreSQL has none, and would count one as the next minute.

    Raises:
        ValueError: it is not one, or its offset leads out of the years 1 to 9999.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError("not an RFC 3339 date-time")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of the years 1 to 9999") from error


def _is_instant(text: str) -> bool:
    parse_instant(text)
    return True


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    date.fromisoformat(text)
    return True


def _accept_any(_: str) -> bool:
    """Accept all values, where the format is a hint to people and forms, such as `password`."""
    return True


def _fits_in(bits: int) -> Callable[[int], bool]:
    bound = 1 << (bits - 1)
    return lambda number: -bound <= number < bound


def _for_type(kind: type, check: Callable[[Any], bool]) -> Callable[[object], bool]:
    """Restrict a check to one type: a format says nothing of values of another, which `type` refuses."""
    return lambda value: check(value) if type(value) is kind else True


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    # An instance's own table: FormatChecker.checks() would change jsonschema's, for everybody in the process.
    checker.checkers = {
        "date-time": (_for_type(str, _is_instant), ValueError),
        "date": (_for_type(str, _is_date), ValueError),
        "int32": (_for_type(int, _fits_in(32)), ()),
        "int64": (_for_type(int, _fits_in(64)), ()),
        "password": (_for_type(str, _accept_any), ()),
    }
    return checker


CHECKER = _checker()
"""The format checker that jsonschema is given."""

EXAMPLES = {"date-time": "2026-03-29T09:00:00+02:00", "date": "2026-03-29"}
"""Values of formats that a form of its own is wanted of, for whoever has missed it."""

KNOWN = frozenset(CHECKER.checkers)
"""The formats that a contract may name."""
