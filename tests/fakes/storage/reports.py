"""Reports from memory."""

from collections import defaultdict
from datetime import datetime, timedelta

from tests.fakes.storage.database import Session
from tests.fakes.storage.state import State
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.reports import Range, Report, ReportRow
from timetrack.domain.model.time_entries import TimeEntry


class FakeReports:
    """See ReportStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_task(self, user_id: UserId, range_: Range, time_zone: str) -> Report:
        """See ReportStore.by_task."""
        assert range_.start <= range_.end, "a range that no range type can hold"
        as_of = min(self._session.database.now, range_.end)
        parts: defaultdict[TaskId, list[timedelta]] = defaultdict(list)
        with self._session.statement() as state:
            for entry in state.time_entries.values():
                part = _within(entry, range_, as_of)
                if entry.user_id == user_id and part > timedelta(0):
                    parts[entry.task_id].append(part)
            rows = [_row(state, task_id, durations) for task_id, durations in parts.items()]
        rows.sort(key=lambda row: (-row.duration, row.task_id))
        return Report(user_id=user_id, range=range_, time_zone=time_zone, as_of=as_of, rows=rows)


def _within(entry: TimeEntry, range_: Range, as_of: datetime) -> timedelta:
    return min(entry.end or as_of, range_.end) - max(entry.start, range_.start)


def _row(state: State, task_id: TaskId, durations: list[timedelta]) -> ReportRow:
    task = state.tasks.get(task_id) or state.deleted_tasks[task_id]
    return ReportRow(
        task_id=task_id,
        description=task.description,
        duration=sum(durations, timedelta(0)),
        entries=len(durations),
    )
