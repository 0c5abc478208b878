"""Instants as the contract writes them."""

from datetime import UTC, datetime

from timetrack.entrypoints.http.contract.formats import parse_instant


def read(text: str) -> datetime:
    """Return the instant in UTC, truncated to whole seconds; the contract's validation has let it pass."""
    return parse_instant(text).replace(microsecond=0)


def read_optional(text: str | None) -> datetime | None:
    """Return the instant, or None for None."""
    return None if text is None else read(text)


def write(instant: datetime) -> str:
    """Return the instant in UTC, as in `2026-03-28T09:00:00Z`."""
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    # Not strftime, which on some systems writes the year 86 with two digits. All before the fraction and the offset.
    return in_utc.isoformat()[:19] + "Z"
