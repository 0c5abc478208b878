"""Lanes: what a user's setting lets run at once."""

from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, change_user, start, stop
from tests.racing import race
from timetrack.domain.errors import TimeEntryOverlapError, TimerAlreadyRunningError
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage

HOUR = timedelta(hours=1)
SINGLE = UserChange(timers=Timers.SINGLE)
PARALLEL = UserChange(timers=Timers.PARALLEL)


@pytest.fixture
def user(storage: Storage) -> User:
    return a_user(storage, PARALLEL)


def test_parallel_timers_have_a_lane_for_each_task(storage: Storage, user: User) -> None:
    tasks = [a_task(storage, user) for _ in range(3)]

    lanes = [start(storage, user, task).entry.lane for task in tasks]

    assert lanes == [task.id for task in tasks]


def test_parallel_timers_are_one_for_each_task(storage: Storage, user: User) -> None:
    task = a_task(storage, user)
    running = start(storage, user, task).entry

    with pytest.raises(TimerAlreadyRunningError) as refusal:
        start(storage, user, task)

    assert refusal.value.time_entry_id == running.id


def test_of_many_starts_at_once_one_wins_in_each_lane(storage: Storage, user: User) -> None:
    tasks = [a_task(storage, user) for _ in range(2)]

    finish = race(6, lambda number: start(storage, user, tasks[number % 2]).entry)

    assert sorted(entry.lane for entry in finish.won) == [task.id for task in tasks]
    assert [type(refusal) for refusal in finish.lost] == [TimerAlreadyRunningError] * 4


def test_a_switch_ends_only_what_runs_in_its_own_lane(storage: Storage, clock: Clock, user: User) -> None:
    first, second = a_task(storage, user), a_task(storage, user)
    start(storage, user, first)
    clock.advance(HOUR)

    start(storage, user, second, switch=True)

    assert stop(storage, user, first).entry.duration == HOUR


def test_entries_of_two_lanes_may_overlap(storage: Storage, clock: Clock, user: User) -> None:
    first, second = a_task(storage, user), a_task(storage, user)
    start(storage, user, first, clock.now - HOUR)
    stop(storage, user, first)

    assert start(storage, user, second, clock.now - HOUR).entry.duration == HOUR
    with pytest.raises(TimeEntryOverlapError):
        start(storage, user, first, clock.now - HOUR)


def test_a_running_entry_keeps_its_lane_when_the_setting_changes(storage: Storage, user: User) -> None:
    task = a_task(storage, user)
    start(storage, user, task)

    change_user(storage, user.id, SINGLE)

    assert start(storage, user, task).entry.lane == 0
    assert [stop(storage, user, task).entry.lane for _ in range(2)] == [0, task.id]


def test_a_stop_takes_the_entry_of_the_present_lane_though_another_began_later(
    storage: Storage, clock: Clock, user: User
) -> None:
    task = a_task(storage, user)
    change_user(storage, user.id, SINGLE)
    start(storage, user, task)
    clock.advance(HOUR)
    change_user(storage, user.id, PARALLEL)
    start(storage, user, task)
    change_user(storage, user.id, SINGLE)

    lanes = [stop(storage, user, task).entry.lane for _ in range(2)]

    assert lanes == [0, task.id]


def test_a_stop_finds_an_entry_that_is_not_in_the_present_lane(storage: Storage, user: User) -> None:
    task = a_task(storage, user)
    running = start(storage, user, task).entry
    change_user(storage, user.id, SINGLE)

    assert stop(storage, user, task).entry.id == running.id


def test_a_switch_after_the_setting_changed_leaves_the_old_lane_alone(
    storage: Storage, clock: Clock, user: User
) -> None:
    first, second = a_task(storage, user), a_task(storage, user)
    start(storage, user, first)
    change_user(storage, user.id, SINGLE)
    clock.advance(HOUR)

    start(storage, user, second, switch=True)

    assert stop(storage, user, first).entry.duration == HOUR
