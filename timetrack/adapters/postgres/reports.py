"""Reports from PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.session import Session
from timetrack.domain.errors import ReportTooLargeError
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.ranges import Range
from timetrack.domain.model.reports import MOST_ROWS, ReportedTask, ReportedUser, Timeline, TimelineEntry
from timetrack.domain.ports.reports import Sum, SumQuery, Sums

_SQL = load("reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class _SumRow:
    """A sum; without any, one row that only tells the clock."""

    as_of: datetime
    piece: int | None
    duration: timedelta
    entries: int
    task_id: TaskId | None
    description: str
    user_id: UserId | None
    surname: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _EntryRow:
    """A time entry; without any, one row that only tells the clock."""

    as_of: datetime
    id: TimeEntryId | None
    task_id: TaskId
    task_description: str
    start_at: datetime
    end_at: datetime | None
    description: str
    version: int
    created_at: datetime
    updated_at: datetime


class PostgresReports:
    """See ReportStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sum(self, query: SumQuery) -> Sums:
        """See ReportStore.sum."""
        parameters = {
            "start": query.range.start,
            "end": query.range.end,
            "cuts": list(query.cuts),
            "by_task": query.by_task,
            "by_user": query.by_user,
            "user_ids": None if query.user_ids is None else list(query.user_ids),
            "task_ids": None if query.task_ids is None else list(query.task_ids),
            "limit": query.most_rows + 1,
        }
        rows = self._session.all(_SQL["sum"], parameters, _SumRow)
        if len(rows) > query.most_rows:
            raise ReportTooLargeError(query.most_rows)
        return Sums(as_of=rows[0].as_of, sums=[_sum(row, row.piece) for row in rows if row.piece is not None])

    def timeline(self, user_id: UserId, range_: Range, most: int = MOST_ROWS) -> Timeline:
        """See ReportStore.timeline."""
        parameters = {"user_id": user_id, "start": range_.start, "end": range_.end, "limit": most + 1}
        rows = self._session.all(_SQL["timeline"], parameters, _EntryRow)
        if len(rows) > most:
            raise ReportTooLargeError(most)
        return Timeline(as_of=rows[0].as_of, entries=[_entry(row, row.id) for row in rows if row.id is not None])


def _sum(row: _SumRow, piece: int) -> Sum:
    return Sum(
        piece=piece,
        task=None if row.task_id is None else ReportedTask(id=row.task_id, description=row.description),
        user=None if row.user_id is None else ReportedUser(id=row.user_id, surname=row.surname, name=row.name),
        duration=row.duration,
        entries=row.entries,
    )


def _entry(row: _EntryRow, id: TimeEntryId) -> TimelineEntry:
    return TimelineEntry(
        id=id,
        task=ReportedTask(id=row.task_id, description=row.task_description),
        start=row.start_at,
        end=row.end_at,
        description=row.description,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
