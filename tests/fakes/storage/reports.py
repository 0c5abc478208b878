"""Reports from memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tests.fakes.storage.database import Session
from tests.fakes.storage.state import State
from timetrack.domain.errors import ReportTooLargeError
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.reporting.reports import MOST_ROWS, ReportedTask, ReportedUser, Timeline, TimelineEntry
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.ports.reporting.reports import Sum, SumQuery, Sums

_Key = tuple[int, TaskId | None, UserId | None]


class FakeReports:
    """See ReportStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sum(self, query: SumQuery) -> Sums:
        """See ReportStore.sum."""
        assert query.range.start <= query.range.end, "a range that no range type can hold"
        as_of = min(self._session.database.now, query.range.end)
        seconds: Counter[_Key] = Counter()
        entries: Counter[_Key] = Counter()
        with self._session.statement() as state:
            for entry in filter(_asked(query), state.time_entries.values()):
                for piece, part in _parts(entry, query, as_of):
                    key = (piece, entry.task_id if query.by_task else None, entry.user_id if query.by_user else None)
                    seconds[key] += part // timedelta(seconds=1)
                    entries[key] += 1
            sums = [_sum(state, key, seconds[key], entries[key]) for key in sorted(seconds, key=_order(seconds))]
        if len(sums) > query.most_rows:
            raise ReportTooLargeError(query.most_rows)
        return Sums(as_of=as_of, sums=sums)

    def timeline(self, user_id: UserId, range_: Range, most: int = MOST_ROWS) -> Timeline:
        """See ReportStore.timeline."""
        as_of = self._session.database.now
        with self._session.statement() as state:
            found = [
                _timeline_entry(state, entry)
                for entry in state.time_entries.values()
                if entry.user_id == user_id and _overlaps(entry, range_)
            ]
        if len(found) > most:
            raise ReportTooLargeError(most)
        return Timeline(as_of=as_of, entries=sorted(found, key=lambda entry: (entry.start, entry.id)))


def _asked(query: SumQuery) -> Callable[[TimeEntry], bool]:
    return lambda entry: (
        (query.user_ids is None or entry.user_id in query.user_ids)
        and (query.task_ids is None or entry.task_id in query.task_ids)
    )


def _parts(entry: TimeEntry, query: SumQuery, as_of: datetime) -> Iterator[tuple[int, timedelta]]:
    """Yield the pieces in which the entry has a part, and how long that is."""
    end = entry.end or as_of
    for piece, (piece_start, piece_end) in enumerate(pairwise([*query.cuts, query.range.end])):
        part = min(end, piece_end) - max(entry.start, piece_start)
        if part > timedelta(0):
            yield piece, part


def _order(seconds: Counter[_Key]) -> Callable[[_Key], tuple[int, int, int, int]]:
    return lambda key: (key[0], -seconds[key], key[2] or 0, key[1] or 0)


def _sum(state: State, key: _Key, seconds: int, entries: int) -> Sum:
    piece, task_id, user_id = key
    return Sum(
        piece=piece,
        task=None if task_id is None else _task(state, task_id),
        user=None if user_id is None else _user(state, user_id),
        duration=timedelta(seconds=seconds),
        entries=entries,
    )


def _task(state: State, task_id: TaskId) -> ReportedTask:
    task = state.tasks.get(task_id) or state.deleted_tasks[task_id]
    return ReportedTask(id=task_id, description=task.description)


def _user(state: State, user_id: UserId) -> ReportedUser:
    user = state.users.get(user_id)
    return ReportedUser(id=user_id, surname=user.surname if user else "", name=user.name if user else "")


def _overlaps(entry: TimeEntry, range_: Range) -> bool:
    if range_.start == range_.end or entry.start == entry.end:
        return False
    return entry.start < range_.end and (entry.end is None or entry.end > range_.start)


def _timeline_entry(state: State, entry: TimeEntry) -> TimelineEntry:
    return TimelineEntry(
        id=entry.id,
        task=_task(state, entry.task_id),
        start=entry.start,
        end=entry.end,
        description=entry.description,
        version=entry.version,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
    )
