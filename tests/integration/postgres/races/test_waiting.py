"""Two that meet, the one behind the other: what the second one sees when its wait is over."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from psycopg import Connection

from tests.given import caller, start
from tests.integration.postgres.stored_entries import count, running
from tests.waiting_callers import wait_for_waiting
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import TaskNotFoundError, TokenInvalidError
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.time.time_entries import StartTimer
from timetrack.domain.services.tasks import Tasks


def clock(owner: Connection) -> datetime:
    row = owner.execute("SELECT wall_clock()").fetchone()
    assert row is not None
    now: datetime = row[0]
    return now


def test_a_start_behind_a_deletion_finds_no_task(
    storage: PostgresStorage, owner: Connection, another: ThreadPoolExecutor, user: User, task: Task
) -> None:
    with storage.transaction(None) as stores:
        stores.tasks.lock_exclusive(task.id)
        started = another.submit(start, storage, user, task)
        wait_for_waiting(owner, 1)
        stores.tasks.delete(task.id)

    with pytest.raises(TaskNotFoundError):
        started.result()
    assert count(owner) == 0


def test_a_sign_in_behind_a_change_of_the_password_leaves_no_token(
    storage: PostgresStorage, owner: Connection, another: ThreadPoolExecutor, user: User
) -> None:
    credentials = storage.users.credentials(user.national_id)
    assert credentials is not None
    lifetime = TokenLifetime(absolute=3600, idle=3600)
    with storage.transaction(None) as stores:
        stores.users.set_password(credentials, "digest of another password")
        stores.tokens.revoke_all_of(user.id)
        kept = another.submit(storage.tokens.add, credentials, b"digest", lifetime)
        wait_for_waiting(owner, 1)

    assert (kept.result(), storage.tokens.caller(b"digest")) == (False, None)


def test_a_start_behind_an_erasure_finds_no_user(
    storage: PostgresStorage, owner: Connection, another: ThreadPoolExecutor, user: User, task: Task
) -> None:
    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        started = another.submit(start, storage, user, task)
        wait_for_waiting(owner, 1)
        stores.users.erase(user.id)

    with pytest.raises(TokenInvalidError):
        started.result()
    assert count(owner) == 0


def test_a_deletion_behind_a_start_stops_the_new_timer(
    storage: PostgresStorage, owner: Connection, another: ThreadPoolExecutor, user: User, task: Task
) -> None:
    with storage.transaction(None) as stores:
        stores.time_entries.start(StartTimer(caller=caller(user), task_id=task.id))
        deleted = another.submit(Tasks(storage).delete, caller(user), task.id)
        wait_for_waiting(owner, 1)

    deleted.result()
    assert (count(owner), running(owner)) == (1, 0)


def test_a_start_that_waited_begins_after_the_wait(
    storage: PostgresStorage, owner: Connection, another: ThreadPoolExecutor, user: User, task: Task
) -> None:
    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        started = another.submit(start, storage, user, task)
        wait_for_waiting(owner, 1)
        second = clock(owner)
        while (released := clock(owner)) == second:
            time.sleep(0.01)

    assert started.result().entry.start >= released
