"""The promises of ReportStore.timeline."""

from datetime import timedelta

import pytest

from tests.given import a_task, a_user, delete_task, start, stop
from tests.storage.clocks import Clock
from timetrack.domain.errors import ReportTooLargeError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.reports import ReportedTask, Timeline, TimelineEntry
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage

HOUR = timedelta(hours=1)


@pytest.fixture
def user(storage: Storage, clock: Clock) -> User:  # noqa: ARG001 - the clock stands still from here on
    return a_user(storage, UserChange(timers=Timers.PARALLEL))


@pytest.fixture
def task(storage: Storage, user: User) -> Task:
    return a_task(storage, user, "the task")


def test_a_timeline_holds_whole_entries_by_start_and_the_running_one(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    other = a_task(storage, user, "another")
    begin = clock.now - 4 * HOUR
    start(storage, user, other, begin + HOUR, description="at once")
    start(storage, user, task, begin)
    ended = stop(storage, user, task, begin + 2 * HOUR).entry

    timeline = storage.reports.timeline(user.id, Range.of(begin + HOUR, begin + 3 * HOUR))

    assert timeline.as_of == clock.now
    assert timeline.entries[0] == TimelineEntry(
        id=ended.id,
        task=ReportedTask(id=task.id, description="the task"),
        start=begin,
        end=begin + 2 * HOUR,
        description="",
        version=2,
        created_at=ended.created_at,
        updated_at=ended.updated_at,
    )
    assert [(entry.task.id, entry.end, entry.description) for entry in timeline.entries[1:]] == [
        (other.id, None, "at once")
    ]


@pytest.mark.parametrize(
    ("from_hour", "to_hour", "found"),
    [(0, 1, 0), (0, 2, 1), (2, 3, 1), (3, 4, 0), (2, 2, 0)],
)
def test_a_timeline_holds_what_overlaps_the_range(  # noqa: PLR0913 - fixtures and a table
    storage: Storage, clock: Clock, user: User, task: Task, *, from_hour: int, to_hour: int, found: int
) -> None:
    begin = clock.now - 4 * HOUR
    start(storage, user, task, begin + HOUR)
    stop(storage, user, task, begin + 3 * HOUR)

    timeline = storage.reports.timeline(user.id, Range.of(begin + from_hour * HOUR, begin + to_hour * HOUR))

    assert len(timeline.entries) == found


def test_an_entry_of_no_length_and_one_of_another_user_are_not_found(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    other = a_user(storage)
    start(storage, user, task, clock.now - HOUR)
    stop(storage, user, task, clock.now - HOUR)
    start(storage, other, task, clock.now - HOUR)

    assert storage.reports.timeline(user.id, Range.of(clock.now - 2 * HOUR, clock.now)).entries == []


def test_an_entry_on_a_deleted_task_is_found(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task, clock.now - HOUR)
    stop(storage, user, task)
    delete_task(storage, task)

    (entry,) = storage.reports.timeline(user.id, Range.of(clock.now - 2 * HOUR, clock.now)).entries

    assert entry.task.description == "the task"


def test_more_entries_than_allowed_are_refused(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    for hours in (4, 2):
        start(storage, user, task, clock.now - hours * HOUR)
        stop(storage, user, task, clock.now - (hours - 1) * HOUR)
    whole = Range.of(clock.now - 5 * HOUR, clock.now)

    assert len(storage.reports.timeline(user.id, whole, most=2).entries) == 2
    with pytest.raises(ReportTooLargeError):
        storage.reports.timeline(user.id, whole, most=1)


def test_who_never_was_has_an_empty_timeline(storage: Storage, clock: Clock) -> None:
    timeline = storage.reports.timeline(UserId(999_999), Range.of(clock.now - HOUR, clock.now))

    assert timeline == Timeline(as_of=clock.now, entries=[])
