"""The port that sums time for reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.reporting.reports import MOST_ROWS, ReportedTask, ReportedUser, Timeline
from timetrack.domain.model.time.ranges import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class SumQuery:
    """The time in a range that is to be summed, cut into pieces at `cuts`, of which the first is the range's start.

    Sums are grouped by piece, and by task and user if `by_task` and `by_user` say so; a filter of None lets everything
    pass.
    """

    range: Range
    cuts: Sequence[datetime]
    by_task: bool
    by_user: bool
    user_ids: frozenset[UserId] | None
    task_ids: frozenset[TaskId] | None
    most_rows: int = MOST_ROWS


class Sum(NamedTuple):
    """The time in a piece, by its number from 0, and the number of time entries that have a part in it."""

    piece: int
    duration: timedelta
    entries: int
    task: ReportedTask | None
    user: ReportedUser | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The sums; running timers are counted up to `as_of`, which is not past the range."""

    as_of: datetime
    sums: Sequence[Sum]


class ReportStore(Protocol):
    """Sums over time entries; the cost grows with the entries of the users and the range that are asked for."""

    def sum(self, query: SumQuery) -> Sums:
        """Sum time, each entry clipped to the range; by piece, then longest first, then by user id, then by task id.

        Every sum is of at least a second. Users without entries, or without existence, have none.

        Raises:
            ReportTooLargeError: there are more sums than the query allows.
        """

    def timeline(self, user_id: UserId, range_: Range, most: int = MOST_ROWS) -> Timeline:
        """Return a user's time entries that overlap a range, whole, by start and then by id.

        A running one overlaps what lies behind its start. One without length overlaps nothing.

        Raises:
            ReportTooLargeError: there are more than `most`.
        """
