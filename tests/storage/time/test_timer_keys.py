"""Starts and stops with idempotency keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_key, a_user, caller, erase_user, start, stop
from tests.racing import race
from timetrack.domain.errors import (
    EndBeforeStartError,
    IdempotencyKeyInUseError,
    IdempotencyKeyReusedError,
    StartInFutureError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    TimeTrackError,
    TokenInvalidError,
)
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.idempotency import RefusedBefore
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.time.time_entries import StartTimer, Tracked

KEY = a_key()
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def test_a_repeated_start_gets_the_first_answer_and_starts_nothing(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    first = start(storage, user, task, key=KEY)
    clock.advance(HOUR)
    stop(storage, user, task)

    again = start(storage, user, task, key=KEY)

    assert (first.replayed, again) == (False, Tracked(entry=first.entry, replayed=True))
    with pytest.raises(TimerNotRunningError):
        stop(storage, user, task)


def test_a_repeated_stop_gets_the_first_answer_and_stops_nothing(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    start(storage, user, task)
    first = stop(storage, user, task, key=KEY)
    running = start(storage, user, task).entry
    clock.advance(HOUR)

    again = stop(storage, user, task, key=KEY)

    assert (first.replayed, again) == (False, Tracked(entry=first.entry, replayed=True))
    assert stop(storage, user, task).entry.id == running.id


def test_a_repeated_refusal_of_a_start_is_the_first_one_though_it_could_start_now(
    storage: Storage, user: User, task: Task
) -> None:
    running = start(storage, user, task).entry
    with pytest.raises(TimerAlreadyRunningError) as first:
        start(storage, user, task, key=KEY, request_id="first")
    stop(storage, user, task)

    with pytest.raises(RefusedBefore) as again:
        start(storage, user, task, key=KEY, request_id="second")

    assert first.value.time_entry_id == running.id
    assert repr(again.value.refusal) == repr(first.value)
    assert again.value.first_request_id == "first"


def test_a_repeated_refusal_names_the_same_entries(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task, clock.now - HOUR)
    ended = stop(storage, user, task).entry
    with pytest.raises(TimeEntryOverlapError) as first:
        start(storage, user, task, clock.now - SECOND, key=KEY)

    with pytest.raises(RefusedBefore) as again:
        start(storage, user, task, clock.now - SECOND, key=KEY)

    assert first.value.facts() == again.value.refusal.facts() == {"time_entry_ids": (ended.id,)}


def test_a_repeated_refusal_of_a_stop_is_the_first_one_though_it_could_stop_now(
    storage: Storage, user: User, task: Task
) -> None:
    with pytest.raises(TimerNotRunningError):
        stop(storage, user, task, key=KEY, request_id="first")
    running = start(storage, user, task).entry

    with pytest.raises(RefusedBefore) as again:
        stop(storage, user, task, key=KEY, request_id="second")

    assert isinstance(again.value.refusal, TimerNotRunningError)
    assert again.value.first_request_id == "first"
    assert stop(storage, user, task).entry.id == running.id


def test_every_refusal_of_a_start_is_repeated(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    other = a_user(storage)
    erase_user(storage, other)
    missing = Task(
        id=TaskId(999_999), description="", created_by=user.id, version=1, created_at=clock.now, updated_at=clock.now
    )

    refusals = [
        refused_twice(lambda: start(storage, user, missing, key=a_key("missing task"))),
        refused_twice(lambda: start(storage, other, task, key=a_key("erased user"))),
        refused_twice(lambda: start(storage, user, task, clock.now + HOUR, key=a_key("future"))),
    ]

    assert refusals == [TaskNotFoundError, TokenInvalidError, StartInFutureError]


def refused_twice(act: Callable[[], object]) -> type[TimeTrackError]:
    """Return the reason for which it is refused, the first time and again."""
    with pytest.raises(TimeTrackError) as first:
        act()
    with pytest.raises(RefusedBefore) as again:
        act()
    assert type(again.value.refusal) is first.type
    return first.type


def test_a_refused_stop_leaves_the_timer_running(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)
    with pytest.raises(EndBeforeStartError):
        stop(storage, user, task, clock.now - SECOND, key=KEY)

    assert stop(storage, user, task, key=a_key("another")).entry.end == clock.now


def test_a_key_that_came_with_another_request_is_refused_and_nothing_starts(
    storage: Storage, user: User, task: Task
) -> None:
    start(storage, user, task, key=KEY)
    stop(storage, user, task)

    with pytest.raises(IdempotencyKeyReusedError):
        start(storage, user, task, key=a_key(fingerprint=b"another request"))
    with pytest.raises(IdempotencyKeyReusedError):
        stop(storage, user, task, key=a_key(fingerprint=b"another request"))

    assert start(storage, user, task).entry.running


def test_a_key_of_another_owner_is_another_key(storage: Storage, user: User, task: Task) -> None:
    other = a_user(storage)

    entries = [
        start(storage, user, task, key=a_key(owner="one")).entry,
        start(storage, other, task, key=a_key(owner="another")).entry,
    ]

    assert [entry.user_id for entry in entries] == [user.id, other.id]


def test_of_many_at_once_with_one_key_there_is_one_effect_and_no_second_answer(
    storage: Storage, user: User, task: Task
) -> None:
    finish = race(6, lambda _: start(storage, user, task, key=KEY, switch=True))

    assert [tracked.replayed for tracked in finish.won].count(False) == 1
    assert {tracked.entry.id for tracked in finish.won} == {finish.won[0].entry.id}
    assert {type(refusal) for refusal in finish.lost} <= {IdempotencyKeyInUseError}


def test_a_key_is_in_use_while_another_transaction_holds_it(storage: Storage, user: User, task: Task) -> None:
    with storage.once(KEY) as once, once.transaction(None), pytest.raises(IdempotencyKeyInUseError):
        race(1, lambda _: start(storage, user, task, key=KEY)).raise_lost()

    assert not start(storage, user, task, key=KEY).replayed


def test_a_key_is_kept_for_a_day(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task, key=KEY, switch=True)

    clock.advance(23 * HOUR)
    within = start(storage, user, task, key=KEY, switch=True)
    clock.advance(2 * HOUR)
    beyond = start(storage, user, task, key=KEY, switch=True)

    assert (within.replayed, beyond.replayed) == (True, False)


def test_a_start_that_a_constraint_refuses_keeps_no_key(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task, clock.now - HOUR)
    stop(storage, user, task)
    clock.now -= SECOND
    with pytest.raises(TimeEntryOverlapError):
        start(storage, user, task, key=KEY)
    clock.now += SECOND

    assert not start(storage, user, task, key=KEY).replayed


def test_a_transaction_that_rolls_back_takes_a_start_and_its_key_along(
    storage: Storage, user: User, task: Task
) -> None:
    def fails() -> None:
        with storage.transaction(None) as stores:
            stores.time_entries.start(StartTimer(caller=caller(user), task_id=task.id, key=KEY))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert not start(storage, user, task, key=KEY).replayed
