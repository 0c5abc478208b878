"""Checks of the values of `format`; a contract that names another format keeps the server from starting."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from jsonschema import FormatChecker

from timetrack.domain.model.reporting.periods import days_of

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3])(:?[0-5]\d)?)",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)

_ID = re.compile(r"[1-9]\d{0,18}", re.ASCII)
_LARGEST_ID = 2**63 - 1
_MOST_IDS = 1000

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(microsecond=0, tzinfo=UTC)
_YEAR_ZERO = "0000"
_SECONDS = slice(17, 19)


def parse_instant(text: str) -> datetime:
    """Return an RFC 3339 date-time in UTC; offsets may also be written as ISO 8601 has them, `+0200` and `+02`.

    What lies outside the years 1 to 9999 becomes their first or last second. A leap second, the last one of a month in
    UTC, becomes the first second of the next month: so PostgreSQL and POSIX count it.

    Raises:
        ValueError: it is not one.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError("not an RFC 3339 date-time")
    if text[_SECONDS] == "60":
        return _behind_leap_second(parse_instant(f"{text[: _SECONDS.start]}59{text[_SECONDS.stop :]}"))
    instant = datetime.fromisoformat(_in_calendar(text.upper()))
    if text.startswith(_YEAR_ZERO):
        return _EARLIEST
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return _EARLIEST if instant.year == _EARLIEST.year else _LATEST


def parse_bound(text: str) -> datetime | date:
    """Return an instant, or the local date that may be written in its place.

    Raises:
        ValueError: it is neither.
    """
    if not _DATE.fullmatch(text):
        return parse_instant(text)
    day = date.fromisoformat(_in_calendar(text))
    return date.min if text.startswith(_YEAR_ZERO) else day


def parse_time_of_day(text: str) -> time:
    """Return a time of day, in hours and minutes.

    Raises:
        ValueError: it is none.
    """
    if not _TIME_OF_DAY.fullmatch(text):
        raise ValueError("not a time of day")
    return time.fromisoformat(text)


def parse_ids(text: str) -> frozenset[int]:
    """Return the ids of a list, in which each stands once.

    Raises:
        ValueError: it is no list of ids, or too long.
    """
    parts = text.split(",")
    ids = frozenset(int(part) for part in parts if _ID.fullmatch(part))
    if len(ids) != len(parts) or len(ids) > _MOST_IDS or max(ids) > _LARGEST_ID:
        raise ValueError("not a list of ids")
    return ids


def _are_distinct(text: str) -> bool:
    words = text.split(",")
    return len(set(words)) == len(words)


def _in_calendar(text: str) -> str:
    """Return the text with a year that Python knows, and a leap year as the year 0 is."""
    return f"2000{text[4:]}" if text.startswith(_YEAR_ZERO) else text


def _behind_leap_second(last_second: datetime) -> datetime:
    if last_second == _LATEST:
        return _LATEST
    behind = last_second.replace(microsecond=0) + timedelta(seconds=1)
    if (behind.day, behind.hour, behind.minute, behind.second) != (1, 0, 0, 0):
        raise ValueError("no leap second is there")
    return behind


def _conforms_to(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def conforms(text: str) -> bool:
        parse(text)
        return True

    return conforms


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
        "date-time": (_for_type(str, _conforms_to(parse_instant)), ValueError),
        "instant-or-date": (_for_type(str, _conforms_to(parse_bound)), ValueError),
        "period": (_for_type(str, _conforms_to(days_of)), ValueError),
        "time-of-day": (_for_type(str, _conforms_to(parse_time_of_day)), ValueError),
        "date": (_for_type(str, _is_date), ValueError),
        "int32": (_for_type(int, _fits_in(32)), ()),
        "int64": (_for_type(int, _fits_in(64)), ()),
        "id-list": (_for_type(str, _conforms_to(parse_ids)), ValueError),
        "distinct-words": (_for_type(str, _are_distinct), ()),
        "password": (_for_type(str, _accept_any), ()),
    }
    return checker


CHECKER = _checker()
"""The format checker that jsonschema is given."""

EXAMPLES = {
    "date-time": "2026-03-29T09:00:00+02:00",
    "date": "2026-03-29",
    "instant-or-date": "2026-03-29",
    "period": "2026-03",
    "time-of-day": "05:30",
    "id-list": "1,2,3",
    "distinct-words": "task,day",
}
"""Values of formats that a form of its own is wanted of, for whoever has missed it."""

KNOWN = frozenset(CHECKER.checkers)
"""The formats that a contract may name."""
