"""Reports from PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.session import Session
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.reports import Range, Report, ReportRow

_SQL = load("reports")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of the report; without any, one that only tells the clock."""

    as_of: datetime
    task_id: TaskId | None
    description: str
    duration: timedelta
    entries: int


class PostgresReports:
    """See ReportStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_task(self, user_id: UserId, range_: Range, time_zone: str) -> Report:
        """See ReportStore.by_task."""
        parameters = {"user_id": user_id, "start": range_.start, "end": range_.end}
        rows = self._session.all(_SQL["by_task"], parameters, _Row)
        return Report(
            user_id=user_id,
            range=range_,
            time_zone=time_zone,
            as_of=rows[0].as_of,
            rows=[
                ReportRow(
                    task_id=row.task_id,
                    description=row.description,
                    duration=row.duration,
                    entries=row.entries,
                )
                for row in rows
                if row.task_id is not None
            ],
        )
