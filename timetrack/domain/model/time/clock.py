"""The instants that callers give, judged by the one clock, which is the storage's."""

from datetime import datetime, timedelta

SKEW = timedelta(minutes=2)
"""The most by which a caller's clock may be ahead; an instant within it counts as now."""


def is_in_future(instant: datetime, now: datetime) -> bool:
    """Return whether an instant lies further ahead than skew explains."""
    return instant > now + SKEW


def clamped(instant: datetime, now: datetime) -> datetime:
    """Return an instant in whole seconds, and no later than now."""
    return min(instant.replace(microsecond=0), now)
