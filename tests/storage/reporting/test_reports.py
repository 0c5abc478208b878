"""The promises of ReportStore."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, delete_task, erase_user, start, stop
from tests.report_queries import by_task, durations, query
from timetrack.domain.errors import ReportTooLargeError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.reports import ReportedTask, ReportedUser
from timetrack.domain.model.time.local_days import EARLIEST, LATEST
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.reporting.reports import Sum, Sums
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def a_sum(
    piece: int, duration: timedelta, *, entries: int = 1, task: Task | None = None, user: User | None = None
) -> Sum:
    return Sum(
        piece=piece,
        task=ReportedTask(id=task.id, description=task.description) if task else None,
        user=ReportedUser(id=user.id, surname=user.surname, name=user.name) if user else None,
        duration=duration,
        entries=entries,
    )


def spend(storage: Storage, user: User, task: Task, begin: datetime, end: datetime) -> None:
    start(storage, user, task, begin)
    stop(storage, user, task, end)


def test_time_is_summed_by_task_longest_first_then_by_task(storage: Storage, clock: Clock, user: User) -> None:
    begin = clock.now - 12 * HOUR
    short, first_long, second_long = (a_task(storage, user, name) for name in ("short", "first", "second"))
    spend(storage, user, second_long, begin, begin + 2 * HOUR)
    spend(storage, user, first_long, begin, begin + HOUR)
    spend(storage, user, first_long, begin + 3 * HOUR, begin + 4 * HOUR)
    spend(storage, user, short, begin, begin + SECOND)

    summed = by_task(storage, user, begin, clock.now)

    assert summed == Sums(
        as_of=clock.now,
        sums=[
            a_sum(0, 2 * HOUR, entries=2, task=first_long),
            a_sum(0, 2 * HOUR, task=second_long),
            a_sum(0, SECOND, task=short),
        ],
    )


def test_a_range_may_be_the_whole_calendar(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - HOUR, clock.now)

    assert by_task(storage, user, EARLIEST, LATEST) == Sums(as_of=clock.now, sums=[a_sum(0, HOUR, task=task)])
    assert by_task(storage, user, EARLIEST, EARLIEST) == Sums(as_of=EARLIEST, sums=[])
    assert len(storage.reports.timeline(user.id, Range.of(EARLIEST, LATEST)).entries) == 1


def test_an_entry_is_split_at_the_cuts_and_counted_once_in_each_piece(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    begin = clock.now - 12 * HOUR
    spend(storage, user, task, begin + HOUR, begin + 3 * HOUR)
    spend(storage, user, task, begin + 5 * HOUR, begin + 6 * HOUR)
    whole = Range.of(begin, clock.now)
    cuts = [begin + 2 * HOUR, begin + 4 * HOUR, begin + 6 * HOUR]

    summed = storage.reports.sum(query(whole, [user], cuts=cuts))

    assert summed.sums == [a_sum(0, HOUR, task=task), a_sum(1, HOUR, task=task), a_sum(2, HOUR, task=task)]


def test_sums_come_by_piece_and_within_a_piece_longest_first(storage: Storage, clock: Clock, user: User) -> None:
    begin = clock.now - 4 * HOUR
    one, other = a_task(storage, user), a_task(storage, user)
    spend(storage, user, one, begin + HOUR, begin + 4 * HOUR)
    spend(storage, user, other, begin, begin + 3 * HOUR)

    summed = storage.reports.sum(query(Range.of(begin, clock.now), [user], cuts=[begin + 2 * HOUR]))

    assert summed.sums == [
        a_sum(0, 2 * HOUR, task=other),
        a_sum(0, HOUR, task=one),
        a_sum(1, 2 * HOUR, task=one),
        a_sum(1, HOUR, task=other),
    ]


def test_time_may_be_summed_by_user_by_both_and_by_neither(storage: Storage, clock: Clock, user: User) -> None:
    other = a_user(storage)
    one_task, other_task = a_task(storage, user), a_task(storage, user)
    begin = clock.now - 4 * HOUR
    spend(storage, user, one_task, begin, begin + HOUR)
    spend(storage, user, other_task, begin, begin + HOUR)
    spend(storage, other, one_task, begin, begin + HOUR)
    whole = Range.of(begin, clock.now)

    def summed(*, by_task: bool, by_user: bool) -> Sequence[Sum]:
        return storage.reports.sum(query(whole, by_task=by_task, by_user=by_user)).sums

    assert summed(by_task=False, by_user=False) == [a_sum(0, 3 * HOUR, entries=3)]
    assert summed(by_task=False, by_user=True) == [
        a_sum(0, 2 * HOUR, entries=2, user=user),
        a_sum(0, HOUR, user=other),
    ]
    assert summed(by_task=True, by_user=True) == [
        a_sum(0, HOUR, task=one_task, user=user),
        a_sum(0, HOUR, task=other_task, user=user),
        a_sum(0, HOUR, task=one_task, user=other),
    ]


def test_filters_leave_out_other_users_and_other_tasks(storage: Storage, clock: Clock, user: User) -> None:
    others = [a_user(storage), a_user(storage)]
    tasks = [a_task(storage, user), a_task(storage, user)]
    begin = clock.now - 4 * HOUR
    for each in (user, *others):
        spend(storage, each, tasks[0], begin, begin + HOUR)
        spend(storage, each, tasks[1], begin + HOUR, begin + 3 * HOUR)
    whole = Range.of(begin, clock.now)

    def total(users: list[User] | None, chosen: list[Task] | None) -> list[timedelta]:
        return durations(storage.reports.sum(query(whole, users, tasks=chosen, by_task=False)))

    assert total(None, None) == [9 * HOUR]
    assert total([user, others[1]], None) == [6 * HOUR]
    assert total(None, tasks[:1]) == [3 * HOUR]
    assert total([user], tasks[1:]) == [2 * HOUR]


def test_more_sums_than_the_query_allows_are_refused(storage: Storage, clock: Clock, user: User) -> None:
    begin = clock.now - 4 * HOUR
    for _ in range(3):
        spend(storage, user, a_task(storage, user), begin, begin + HOUR)
    whole = Range.of(begin, clock.now)

    assert len(storage.reports.sum(query(whole, [user], most_rows=3)).sums) == 3
    with pytest.raises(ReportTooLargeError, match="more than 2 rows"):
        storage.reports.sum(query(whole, [user], most_rows=2))


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

    report = by_task(storage, user, midnight + from_hour * HOUR, midnight + to_hour * HOUR)

    assert durations(report) == counted


def test_a_running_timer_is_counted_up_to_now(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    begin = clock.now
    start(storage, user, task)
    clock.advance(90 * SECOND)

    report = by_task(storage, user, begin, begin + HOUR)

    assert (durations(report), report.as_of, report.sums[0].entries) == ([90 * SECOND], clock.now, 1)


def test_a_running_timer_is_never_counted_past_the_end_of_the_range(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    begin = clock.now
    start(storage, user, task)
    clock.advance(3 * HOUR)

    report = by_task(storage, user, begin, begin + HOUR)

    assert (durations(report), report.as_of) == ([HOUR], begin + HOUR)


def test_a_running_timer_is_counted_from_the_beginning_of_the_range(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)
    clock.advance(3 * HOUR)

    report = by_task(storage, user, clock.now - HOUR, clock.now + HOUR)

    assert durations(report) == [HOUR]


def test_a_timer_that_has_just_begun_is_no_row(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)

    report = by_task(storage, user, clock.now, clock.now + HOUR)

    assert report.sums == []


def test_a_range_in_the_future_has_no_rows_and_is_told_as_of_now(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)

    report = by_task(storage, user, clock.now + HOUR, clock.now + 2 * HOUR)

    assert (report.sums, report.as_of) == ([], clock.now)


def test_an_entry_of_no_length_is_not_counted(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - MINUTE, clock.now - MINUTE)

    report = by_task(storage, user, clock.now - HOUR, clock.now)

    assert report.sums == []


def test_a_report_counts_nobody_elses_time(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    other = a_user(storage)
    spend(storage, user, task, clock.now - HOUR, clock.now)
    spend(storage, other, task, clock.now - 2 * HOUR, clock.now)

    reports = [by_task(storage, each, clock.now - 3 * HOUR, clock.now) for each in (user, other)]

    assert [durations(report) for report in reports] == [[HOUR], [2 * HOUR]]


def test_the_hours_on_a_deleted_task_stay(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - HOUR, clock.now)

    delete_task(storage, task)

    assert by_task(storage, user, clock.now - HOUR, clock.now).sums == [a_sum(0, HOUR, task=task)]


def test_the_hours_of_an_erased_user_stay_under_no_name(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    spend(storage, user, task, clock.now - HOUR, clock.now)

    erase_user(storage, user)

    summed = storage.reports.sum(query(Range.of(clock.now - HOUR, clock.now), by_user=True))
    assert [(each.user, each.duration) for each in summed.sums] == [
        (ReportedUser(id=user.id, surname="", name=""), HOUR)
    ]


def test_who_never_was_has_no_sums(storage: Storage, clock: Clock) -> None:
    nobody = replace(query(Range.of(clock.now - HOUR, clock.now)), user_ids=frozenset({UserId(999_999)}))

    assert storage.reports.sum(nobody) == Sums(as_of=clock.now, sums=[])
