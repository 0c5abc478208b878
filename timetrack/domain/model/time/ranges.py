"""Ranges of time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from timetrack.domain.errors import RangeReversedError, RangeTooLongError
from timetrack.domain.model.time.local_days import LocalDays

_LONGEST_YEARS = 10
_LONGEST = timedelta(days=366 * _LONGEST_YEARS)

# Python's calendar ends at the years 1 and 9999; local days, weeks and months around a range have to fit in.
_FIRST_PERIODS = datetime(2, 1, 1, tzinfo=UTC)
_LAST_PERIODS = datetime(9999, 1, 1, tzinfo=UTC)

Bound = datetime | date
"""Where a range begins or ends: an instant, or the beginning of a local day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The half-open range `[start, end)`."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: datetime, end: datetime) -> "Range":
        """Make a range that may be asked for.

        Raises:
            RangeReversedError: it ends before it starts.
        """
        if end < start:
            raise RangeReversedError
        return cls(start=start, end=end)

    def for_periods(self) -> "Range":
        """Return the part of it that local days, weeks and months are known for, which is nearly all of the calendar.

        Raises:
            RangeTooLongError: it spans more than ten years.
        """
        start, end = (min(max(instant, _FIRST_PERIODS), _LAST_PERIODS) for instant in (self.start, self.end))
        if end - start > _LONGEST:
            raise RangeTooLongError(_LONGEST_YEARS)
        return Range(start=start, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedRange:
    """The half-open range `[start, end)` as somebody has written it, by instants or by local dates."""

    start: Bound
    end: Bound

    def in_days(self, days: LocalDays) -> Range:
        """Return the range between the instants.

        Raises:
            RangeReversedError: it ends before it starts.
        """
        return Range.of(instant_of(self.start, days), instant_of(self.end, days))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRange:
    """The half-open range `[start, end)` as somebody has written it; None leaves an end open."""

    start: Bound | None = None
    end: Bound | None = None

    @property
    def has_dates(self) -> bool:
        """True if it depends on where days begin."""
        return not all(bound is None or isinstance(bound, datetime) for bound in (self.start, self.end))


ALL_TIME = OpenRange()


def instant_of(bound: Bound, days: LocalDays) -> datetime:
    """Return the instant, or where the local day begins."""
    return bound if isinstance(bound, datetime) else days.beginning_of(bound)
