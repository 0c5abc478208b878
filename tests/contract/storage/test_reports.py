"""The promises of ReportStore."""

from datetime import datetime, timedelta

import pytest

from tests.contract.storage.clocks import Clock
from tests.given import a_task, a_user, delete_task, erase_user, start, stop
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reports import Range, Report, ReportRow
from timetrack.domain.model.tasks import Task
from timetrack.domain.model.users import Timers, User, UserChange
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def user(storage: Storage, clock: Clock) -> User:  # noqa: ARG001 - the clock stands still from here on
    return a_user(storage, UserChange(timers=Timers.PARALLEL))


@pytest.fixture
def task(storage: Storage, user: User) -> Task:
    return a_task(storage, user)


def spend(storage: Storage, user: User, task: Task, begin: datetime, end: datetime) -> None:
    start(storage, user, task, begin)
    stop(storage, user, task, end)


def durations(report: Report) -> list[timedelta]:
    return [row.duration for row in report.rows]


def test_a_report_sums_the_entries_of_each_task_longest_first_then_by_task(
    storage: Storage, clock: Clock, user: User
) -> None:
    begin = clock.now - 12 * HOUR
    short, first_long, second_long = (a_task(storage, user, name) for name in ("short", "first", "second"))
    spend(storage, user, second_long, begin, begin + 2 * HOUR)
    spend(storage, user, first_long, begin, begin + HOUR)
    spend(storage, user, first_long, begin + 3 * HOUR, begin + 4 * HOUR)
    spend(storage, user, short, begin, begin + SECOND)
    all_of_it = Range.of(begin, clock.now)

    report = storage.reports.by_task(user.id, all_of_it, "Europe/Berlin")

    assert report == Report(
        user_id=user.id,
        range=all_of_it,
        time_zone="Europe/Berlin",
        as_of=clock.now,
        rows=[
            ReportRow(task_id=first_long.id, description="first", duration=2 * HOUR, entries=2),
            ReportRow(task_id=second_long.id, description="second", duration=2 * HOUR, entries=1),
            ReportRow(task_id=short.id, description="short", duration=SECOND, entries=1),
        ],
    )
    assert report.total == 4 * HOUR + SECOND


@pytest.mark.parametrize(
    ("from_hour", "to_hour", "counted"),
    [
        (0, 10, [2 * HOUR]),
        (4, 6, [2 * HOUR]),
        (5, 10, [HOUR]),
        (0, 5, [HOUR]),
        (4.5, 5.5, [HOUR]),
        (0, 4, []),
        (6, 10, []),
        (5, 5, []),
    ],
)
def test_an_entry_is_clipped_to_the_range(  # noqa: PLR0913 - fixtures and a table
    storage: Storage,
    clock: Clock,
    user: User,
    task: Task,
    *,
    from_hour: float,
    to_hour: float,
    counted: list[timedelta],
) -> None:
    midnight = clock.now - 24 * HOUR
    spend(storage, user, task, midnight + 4 * HOUR, midnight + 6 * HOUR)

    report = storage.reports.by_task(user.id, Range.of(midnight + from_hour * HOUR, midnight + to_hour * HOUR), "UTC")

    assert durations(report) == counted


def test_a_running_timer_is_counted_up_to_now(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    begin = clock.now
    start(storage, user, task)
    clock.advance(90 * SECOND)

    report = storage.reports.by_task(user.id, Range.of(begin, begin + HOUR), "UTC")

    assert (durations(report), report.as_of, report.rows[0].entries) == ([90 * SECOND], clock.now, 1)


def test_a_running_timer_is_never_counted_past_the_end_of_the_range(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    begin = clock.now
    start(storage, user, task)
    clock.advance(3 * HOUR)

    report = storage.reports.by_task(user.id, Range.of(begin, begin + HOUR), "UTC")

    assert (durations(report), report.as_of) == ([HOUR], begin + HOUR)


def test_a_running_timer_is_counted_from_the_beginning_of_the_range(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)
    clock.advance(3 * HOUR)

    report = storage.reports.by_task(user.id, Range.of(clock.now - HOUR, clock.now + HOUR), "UTC")

    assert durations(report) == [HOUR]


def test_a_timer_that_has_just_begun_is_no_row(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)

    report = storage.reports.by_task(user.id, Range.of(clock.now, clock.now + HOUR), "UTC")

    assert report.rows == []


def test_a_range_in_the_future_has_no_rows_and_is_told_as_of_now(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)

    report = storage.reports.by_task(user.id, Range.of(clock.now + HOUR, clock.now + 2 * HOUR), "UTC")

    assert (report.rows, report.as_of) == ([], clock.now)


def test_an_entry_of_no_length_is_not_counted(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - MINUTE, clock.now - MINUTE)

    report = storage.reports.by_task(user.id, Range.of(clock.now - HOUR, clock.now), "UTC")

    assert report.rows == []


def test_a_report_counts_nobody_elses_time(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    other = a_user(storage)
    spend(storage, user, task, clock.now - HOUR, clock.now)
    spend(storage, other, task, clock.now - 2 * HOUR, clock.now)

    reports = [
        storage.reports.by_task(each.id, Range.of(clock.now - 3 * HOUR, clock.now), "UTC") for each in (user, other)
    ]

    assert [durations(report) for report in reports] == [[HOUR], [2 * HOUR]]


def test_the_hours_on_a_deleted_task_stay(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - HOUR, clock.now)

    delete_task(storage, task)

    report = storage.reports.by_task(user.id, Range.of(clock.now - HOUR, clock.now), "UTC")
    assert [(row.description, row.duration) for row in report.rows] == [(task.description, HOUR)]


def test_the_hours_of_an_erased_user_stay(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - HOUR, clock.now)

    erase_user(storage, user)

    report = storage.reports.by_task(user.id, Range.of(clock.now - HOUR, clock.now), "UTC")
    assert durations(report) == [HOUR]


def test_who_never_was_has_no_rows(storage: Storage, clock: Clock) -> None:
    report = storage.reports.by_task(UserId(999_999), Range.of(clock.now - HOUR, clock.now), "UTC")

    assert (report.rows, report.total) == ([], timedelta(0))
