"""The promises of TimeEntryStore.stop, stop_all_of_user and stop_all_on_task."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, delete_task, erase_user, start, stop
from tests.racing import race
from timetrack.domain.errors import (
    EndBeforeStartError,
    EndInFutureError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerNotRunningError,
)
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_a_stop_without_an_instant_ends_the_entry_now(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    running = start(storage, user, task, description="tests").entry
    clock.advance(HOUR)

    tracked = stop(storage, user, task)

    assert not tracked.replayed
    assert tracked.entry == replace(running, end=clock.now, version=2, updated_at=clock.now, as_of=clock.now)
    assert tracked.entry.duration == HOUR


def test_a_given_end_is_truncated_to_whole_seconds(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)
    clock.advance(HOUR)

    assert stop(storage, user, task, clock.now - timedelta(microseconds=1)).entry.end == clock.now - SECOND


def test_an_entry_may_end_where_it_starts(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)

    assert stop(storage, user, task, clock.now).entry.duration == timedelta(0)


def test_an_end_in_the_second_of_the_start_is_not_before_it(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task, clock.now + timedelta(microseconds=900_000))

    assert stop(storage, user, task, clock.now + timedelta(microseconds=100_000)).entry.duration == timedelta(0)


@pytest.mark.parametrize("ahead", [SECOND, 2 * MINUTE])
def test_an_end_a_little_ahead_of_the_clock_is_now(
    storage: Storage, clock: Clock, user: User, task: Task, ahead: timedelta
) -> None:
    start(storage, user, task)

    assert stop(storage, user, task, clock.now + ahead).entry.end == clock.now


@pytest.mark.parametrize("beyond", [timedelta(microseconds=1), HOUR])
def test_an_end_further_ahead_is_refused(
    storage: Storage, clock: Clock, user: User, task: Task, beyond: timedelta
) -> None:
    start(storage, user, task)

    with pytest.raises(EndInFutureError):
        stop(storage, user, task, clock.now + 2 * MINUTE + beyond)


def test_an_end_before_the_start_is_refused_and_the_timer_runs_on(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    running = start(storage, user, task).entry

    with pytest.raises(EndBeforeStartError):
        stop(storage, user, task, clock.now - SECOND)

    assert stop(storage, user, task).entry.id == running.id


def test_a_stop_while_the_clock_is_set_back_ends_the_entry_where_it_started(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    running = start(storage, user, task).entry
    clock.now -= HOUR

    assert stop(storage, user, task).entry.end == running.start


def test_a_later_stop_is_refused(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)
    stop(storage, user, task)
    clock.advance(HOUR)

    with pytest.raises(TimerNotRunningError):
        stop(storage, user, task)


def test_of_many_stops_at_once_exactly_one_wins(storage: Storage, user: User, task: Task) -> None:
    start(storage, user, task)

    finish = race(6, lambda _: stop(storage, user, task).entry)

    assert len(finish.won) == 1
    assert [type(refusal) for refusal in finish.lost] == [TimerNotRunningError] * 5


def test_only_the_task_that_runs_can_be_stopped(storage: Storage, user: User, task: Task) -> None:
    start(storage, user, task)

    with pytest.raises(TimerNotRunningError):
        stop(storage, user, a_task(storage, user))


def test_nobody_stops_the_timer_of_another(storage: Storage, user: User, task: Task) -> None:
    start(storage, user, task)

    with pytest.raises(TimerNotRunningError):
        stop(storage, a_user(storage), task)


def test_a_stop_on_no_task_is_refused(storage: Storage, user: User, task: Task) -> None:
    delete_task(storage, task)

    with pytest.raises(TaskNotFoundError):
        stop(storage, user, task)


def test_an_erased_user_has_nothing_to_stop(storage: Storage, user: User, task: Task) -> None:
    erase_user(storage, user)

    with pytest.raises(TimerNotRunningError):
        stop(storage, user, task)


def test_a_stopped_timer_is_told_before_an_end_in_the_future(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    with pytest.raises(TimerNotRunningError):
        stop(storage, user, task, clock.now + HOUR)


def test_all_timers_of_a_user_end_now_and_those_of_others_run_on(storage: Storage, clock: Clock, task: Task) -> None:
    user, other = a_user(storage, UserChange(timers=Timers.PARALLEL)), a_user(storage)
    tasks = [task, a_task(storage, user)]
    for each in tasks:
        start(storage, user, each)
    start(storage, other, task)
    clock.advance(HOUR)

    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        stores.time_entries.stop_all_of_user(user.id)

    for each in tasks:
        with pytest.raises(TimerNotRunningError):
            stop(storage, user, each)
        with pytest.raises(TimeEntryOverlapError):
            start(storage, user, each, clock.now - SECOND)
    assert stop(storage, other, task).entry.duration == HOUR


def test_all_timers_on_a_task_end_now_and_those_on_others_run_on(storage: Storage, clock: Clock, task: Task) -> None:
    users = [a_user(storage) for _ in range(3)]
    other_task = a_task(storage, users[0])
    for each in users[:2]:
        start(storage, each, task)
    start(storage, users[2], other_task)
    clock.advance(HOUR)

    with storage.transaction(None) as stores:
        stores.tasks.lock_exclusive(task.id)
        stores.time_entries.stop_all_on_task(task.id)

    for each in users[:2]:
        with pytest.raises(TimerNotRunningError):
            stop(storage, each, task)
        with pytest.raises(TimeEntryOverlapError):
            start(storage, each, task, clock.now - SECOND)
    assert stop(storage, users[2], other_task).entry.duration == HOUR


def test_an_ending_while_the_clock_is_set_back_ends_the_entry_where_it_started(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    running = start(storage, user, task).entry
    clock.now -= HOUR

    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        stores.time_entries.stop_all_of_user(user.id)

    assert start(storage, user, task).entry.start == clock.now < running.start
