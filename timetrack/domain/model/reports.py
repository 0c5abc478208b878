"""Reports: time summed over a half-open range."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from timetrack.domain.errors import RangeReversedError, RangeTooLongError
from timetrack.domain.model.ids import TaskId, UserId

_LONGEST_YEARS = 10
_LONGEST = timedelta(days=366 * _LONGEST_YEARS)


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
        """
        if end < start:
            raise RangeReversedError
        if end - start > _LONGEST:
            raise RangeTooLongError(_LONGEST_YEARS)
        return cls(start=start, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """The time on one task, and how many time entries have a part in it."""

    task_id: TaskId
    description: str
    duration: timedelta
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A user's time in a range, longest first, then by task; running timers are counted up to `as_of`."""

    user_id: UserId
    range: Range
    time_zone: str
    as_of: datetime
    rows: Sequence[ReportRow]

    @property
    def total(self) -> timedelta:
        """The sum of the rows."""
        return sum((row.duration for row in self.rows), timedelta(0))
