"""The promises of Storage.transaction, and of a database that does not answer."""

from collections.abc import Callable

import pytest

from tests.given import a_key, a_new_user, a_task, a_token, a_user, caller, start
from tests.racing import race
from timetrack.domain.errors import (
    DatabaseUnavailableError,
    Obstacle,
    TaskNotFoundError,
    TimerNotRunningError,
    UserAlreadyExistsError,
    UserNotFoundError,
)
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.users.users import UserFilter
from timetrack.domain.ports.idempotency import KeptAnswer
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.time.time_entries import StopTimer

ALL = PageRequest(limit=100)


def test_leaving_a_transaction_commits(storage: Storage) -> None:
    user = a_user(storage)

    with storage.transaction(caller(user)) as stores:
        task = stores.tasks.add("work", user.id)

    assert storage.tasks.get(task.id) == task


def test_a_transaction_sees_what_it_has_done(storage: Storage) -> None:
    user = a_user(storage)

    with storage.transaction(caller(user)) as stores:
        task = stores.tasks.add("work", user.id)

        assert stores.tasks.get(task.id) == task


def test_an_exception_takes_everything_back(storage: Storage) -> None:
    user = a_user(storage)
    task = a_task(storage, user)
    running = start(storage, user, task).entry
    a_token(storage, user, b"digest")

    def fails() -> None:
        with storage.transaction(caller(user)) as stores:
            stores.tasks.lock_exclusive(task.id)
            stores.users.lock_exclusive(user.id)
            stores.time_entries.stop_all_of_user(user.id)
            stores.tokens.revoke_all_of(user.id)
            stores.tasks.delete(task.id)
            stores.users.erase(user.id)
            stores.users.add(a_new_user(national_id=user.national_id))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert storage.users.list(UserFilter(), ALL).items == [user]
    assert storage.tasks.list(None, ALL).items == [task]
    assert storage.tokens.caller(b"digest") is not None
    assert storage.time_entries.stop(StopTimer(caller=caller(user), task_id=task.id)).entry.id == running.id


def test_a_refusal_takes_everything_back(storage: Storage) -> None:
    user = a_user(storage)

    def fails() -> None:
        with storage.transaction(caller(user)) as stores:
            stores.tasks.add("work", user.id)
            stores.users.add(a_new_user(national_id=user.national_id))

    with pytest.raises(UserAlreadyExistsError):
        fails()

    assert storage.tasks.list(None, ALL).items == []


def test_a_refused_stop_takes_the_rest_of_its_transaction_back(storage: Storage) -> None:
    user = a_user(storage)
    task = a_task(storage, user)

    def fails() -> None:
        with storage.transaction(caller(user)) as stores:
            stores.tasks.add("more work", user.id)
            stores.time_entries.stop(StopTimer(caller=caller(user), task_id=task.id))

    with pytest.raises(TimerNotRunningError):
        fails()

    assert storage.tasks.list(None, ALL).items == [task]


def test_transactions_that_fail_leave_room_for_more_than_there_are_connections(storage: Storage) -> None:
    for _ in range(20):
        with pytest.raises(TaskNotFoundError), storage.transaction(None) as stores:
            stores.tasks.lock_exclusive(TaskId(999_999))

    assert storage.obstacle() is None


def test_nobody_sees_half_of_a_transaction(storage: Storage) -> None:
    user = a_user(storage)

    def add_two_or_count(number: int) -> int:
        if number % 2:
            return len(storage.tasks.list(None, ALL).items)
        with storage.transaction(caller(user)) as stores:
            stores.tasks.add("one", user.id)
            stores.tasks.add("another", user.id)
            return 0

    finish = race(8, add_two_or_count)

    assert [count % 2 for count in finish.won] == [0] * 8


def test_a_database_that_answers_is_ready(storage: Storage) -> None:
    assert storage.obstacle() is None


def test_without_a_database_everything_is_unavailable_and_nothing_ready(
    storage: Storage, cut_off: Callable[[], None]
) -> None:
    user = a_user(storage)
    task = a_task(storage, user)

    cut_off()

    assert storage.obstacle() is Obstacle.NO_CONNECTION
    with pytest.raises(DatabaseUnavailableError):
        storage.users.get(user.id)
    with pytest.raises(DatabaseUnavailableError):
        start(storage, user, task)
    with pytest.raises(DatabaseUnavailableError), storage.transaction(None):
        pass
    with pytest.raises(DatabaseUnavailableError), storage.once(a_key()) as once:
        once.keep(KeptAnswer(outcome=200, labels={}, content=b""))


def test_an_error_that_only_the_caller_knows_leaves_as_it_is(storage: Storage) -> None:
    with pytest.raises(UserNotFoundError), storage.transaction(None):
        raise UserNotFoundError
