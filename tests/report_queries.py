"""Queries for reports, as tests need them: short, with defaults."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from timetrack.domain.model.time.ranges import AskedRange, Range
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.reporting.reports import SumQuery, Sums
from timetrack.domain.ports.storage import Storage


def query(  # noqa: PLR0913 - what a query may say
    range_: Range,
    users: Sequence[User] | None = None,
    *,
    tasks: Sequence[Task] | None = None,
    cuts: Sequence[datetime] = (),
    by_task: bool = True,
    by_user: bool = False,
    most_rows: int = 1000,
) -> SumQuery:
    """Return a query for the time of some users, or of everybody."""
    return SumQuery(
        range=range_,
        cuts=[range_.start, *cuts],
        by_task=by_task,
        by_user=by_user,
        user_ids=None if users is None else frozenset(user.id for user in users),
        task_ids=None if tasks is None else frozenset(task.id for task in tasks),
        most_rows=most_rows,
    )


def asked(range_: Range) -> AskedRange:
    """Return a range as somebody asks for it, by its instants."""
    return AskedRange(start=range_.start, end=range_.end)


def by_task(storage: Storage, user: User, begin: datetime, end: datetime) -> Sums:
    """Return a user's time in a range by task."""
    return storage.reports.sum(query(Range.of(begin, end), [user]))


def durations(sums: Sums) -> list[timedelta]:
    """Return how long each sum is."""
    return [each.duration for each in sums.sums]
