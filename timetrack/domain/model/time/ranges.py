"""Ranges of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from timetrack.domain.errors import RangeOutOfCalendarError, RangeReversedError, RangeTooLongError

_LONGEST_YEARS = 10
_LONGEST = timedelta(days=366 * _LONGEST_YEARS)

# Python's calendar ends at the years 1 and 9999; local days, weeks and months around a range have to fit in.
_FIRST_YEAR, _LAST_YEAR = 2, 9900


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The half-open range `[start, end)`."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, start: datetime, end: datetime) -> "Range":
        """Make a range that a report may ask for.

        Raises:
            RangeReversedError: it ends before it starts.
            RangeTooLongError: it spans more than ten years.
            RangeOutOfCalendarError: the calendar does not reach around its start.
        """
        if end < start:
            raise RangeReversedError
        if end - start > _LONGEST:
            raise RangeTooLongError(_LONGEST_YEARS)
        if not _FIRST_YEAR <= start.year <= _LAST_YEAR:
            raise RangeOutOfCalendarError(_FIRST_YEAR, _LAST_YEAR)
        return cls(start=start, end=end)
