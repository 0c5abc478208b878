"""Reports: time summed over a half-open range."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.reporting.periods import Unit, WeekStart
from timetrack.domain.model.time.local_days import MIDNIGHT, AskedDays
from timetrack.domain.model.time.ranges import AskedRange, Range

MOST_ROWS = 100_000
"""A report of more rows is refused, before it fills the memory of the server and of the caller."""


class Grouping(StrEnum):
    """The criteria by which the rows of a report are grouped."""

    TASK = "task"
    USER = "user"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The request for a report; a `time_zone` of None is the user's own, a filter of None lets everything pass."""

    range: AskedRange
    group_by: Sequence[Grouping] = (Grouping.TASK,)
    time_zone: str | None = None
    day_starts_at: time = MIDNIGHT
    week_starts_on: WeekStart = WeekStart.MONDAY
    user_ids: frozenset[UserId] | None = None
    task_ids: frozenset[TaskId] | None = None

    @property
    def units(self) -> Sequence[Unit]:
        """The periods that the rows are grouped by."""
        return [unit for unit in Unit if Grouping(unit) in self.group_by]

    @property
    def days(self) -> AskedDays:
        """The local days in which it is asked."""
        return AskedDays(time_zone=self.time_zone, starts_at=self.day_starts_at)


class ReportedTask(NamedTuple):
    """The task of a row; it may have been deleted since.

    This and its neighbours are named tuples, as a report may have MOST_ROWS of them: they are made several times as
    fast as frozen dataclasses.
    """

    id: TaskId
    description: str


class ReportedUser(NamedTuple):
    """The user of a row; of an erased one the names are empty."""

    id: UserId
    surname: str
    name: str


class ReportRow(NamedTuple):
    """The time of one group, and the number of time entries that have a part in it."""

    duration: timedelta
    entries: int
    periods: Mapping[Unit, str] = MappingProxyType({})
    task: ReportedTask | None = None
    user: ReportedUser | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The answer to a question, in a range and a time zone; running timers are counted up to `as_of`.

    Rows come by the periods, in the order of `group_by`, then longest first, then by user id, then by task id.
    """

    question: Question
    range: Range
    time_zone: str
    as_of: datetime
    rows: Sequence[ReportRow]

    @property
    def total(self) -> timedelta:
        """The sum of the rows."""
        return sum((row.duration for row in self.rows), timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """A whole time entry that has a part in a range; `end` is None while it runs."""

    id: TimeEntryId
    task: ReportedTask
    start: datetime
    end: datetime | None
    description: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A user's time entries, by start; `as_of` is the clock at which they were read."""

    as_of: datetime
    entries: Sequence[TimelineEntry]
