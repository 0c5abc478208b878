"""Instants as the contract writes them."""

from datetime import UTC, datetime, time

from timetrack.domain.model.time.local_days import MIDNIGHT
from timetrack.domain.model.time.ranges import Bound
from timetrack.entrypoints.http.contract.formats import parse_bound, parse_instant, parse_time_of_day


def read(text: str) -> datetime:
    """Return the instant in UTC, truncated to whole seconds; the contract's validation has let it pass."""
    return parse_instant(text).replace(microsecond=0)


def read_optional(text: str | None) -> datetime | None:
    """Return the instant, or None for None."""
    return None if text is None else read(text)


def read_bound(text: str | None) -> Bound | None:
    """Return the instant, truncated to whole seconds, or the local date that is written in its place; None for None."""
    bound = None if text is None else parse_bound(text)
    return bound.replace(microsecond=0) if isinstance(bound, datetime) else bound


def read_time_of_day(text: str | None) -> time:
    """Return the time of day, or midnight for None."""
    return MIDNIGHT if text is None else parse_time_of_day(text)


def write(instant: datetime) -> str:
    """Return the instant in UTC, as in `2026-03-28T09:00:00Z`."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    # Not strftime, which on some systems writes the year 86 with two digits. All before the fraction and the offset.
    return in_utc.isoformat()[:19] + "Z"
