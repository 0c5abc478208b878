"""What holds even against plain SQL: the constraints on time, and the history."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg
import pytest
from psycopg import Connection, errors
from psycopg.sql import SQL, Identifier

from tests.given import a_task, a_token, a_user, start, stop
from tests.opened_storage import opened_storage
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User
from timetrack.domain.services.tasks import Tasks

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSERT: LiteralString = (
    "INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at) VALUES (%s, %s, %s, %s, %s)"
)


@pytest.fixture
def storage(application_database_url: str) -> Iterator[PostgresStorage]:
    # One connection, so that each request comes after another one's.
    with opened_storage(application_database_url, size=1, pipelines=1) as opened:
        yield opened


@pytest.fixture
def user(storage: PostgresStorage) -> User:
    return a_user(storage)


@pytest.fixture
def task(storage: PostgresStorage, user: User) -> Task:
    return a_task(storage, user)


def history(owner: Connection, *columns: str) -> list[tuple[object, ...]]:
    query = SQL("SELECT {} FROM time_entry_history ORDER BY time_entry_id, version")
    return owner.execute(query.format(SQL(", ").join(map(Identifier, columns)))).fetchall()


def test_a_second_running_entry_is_refused_by_the_unique_index_alone(owner: Connection, user: User, task: Task) -> None:
    def insert_two() -> None:
        with owner.transaction(force_rollback=True):
            # It is checked first, and would refuse as well.
            owner.execute("ALTER TABLE time_entries DROP CONSTRAINT time_entries_overlap_excl")
            owner.execute(INSERT, [user.id, task.id, 0, NOON, None])
            owner.execute(INSERT, [user.id, task.id, 0, NOON + HOUR, None])

    with pytest.raises(errors.UniqueViolation) as refusal:
        insert_two()

    assert refusal.value.diag.constraint_name == "time_entries_running_key"


@pytest.mark.parametrize(
    ("start_at", "end_at"), [(NOON, NOON + HOUR), (NOON - HOUR, None), (NOON - HOUR, NOON + 9 * HOUR)]
)
def test_an_overlapping_entry_is_refused_by_the_exclusion_constraint(
    owner: Connection, user: User, task: Task, start_at: datetime, end_at: datetime | None
) -> None:
    owner.execute(INSERT, [user.id, task.id, 0, NOON, NOON + HOUR])

    with pytest.raises(errors.ExclusionViolation) as refusal:
        owner.execute(INSERT, [user.id, task.id, 0, start_at, end_at])

    assert refusal.value.diag.constraint_name == "time_entries_overlap_excl"


@pytest.mark.parametrize(
    ("lane", "start_at", "end_at", "constraint"),
    [
        (0, NOON, NOON - HOUR, "time_entries_end_at_check"),
        (-1, NOON, None, "time_entries_lane_check"),
        (0, NOON + timedelta(microseconds=1), None, "time_entries_whole_seconds_check"),
        (0, NOON, NOON + timedelta(microseconds=1), "time_entries_whole_seconds_check"),
    ],
)
def test_an_impossible_entry_is_refused(  # noqa: PLR0913 - fixtures and a table
    owner: Connection,
    user: User,
    task: Task,
    *,
    lane: int,
    start_at: datetime,
    end_at: datetime | None,
    constraint: str,
) -> None:
    with pytest.raises(errors.CheckViolation) as refusal:
        owner.execute(INSERT, [user.id, task.id, lane, start_at, end_at])

    assert refusal.value.diag.constraint_name == constraint


def test_every_version_is_in_the_history_without_a_gap(
    storage: PostgresStorage, owner: Connection, user: User, task: Task
) -> None:
    start(storage, user, task)
    start(storage, user, task, switch=True)
    stop(storage, user, task)

    assert history(owner, "time_entry_id", "version", "action") == [
        (1, 1, "created"),
        (1, 2, "changed"),
        (2, 1, "created"),
        (2, 2, "changed"),
    ]


def test_the_last_version_in_the_history_is_the_entry(
    storage: PostgresStorage, owner: Connection, user: User, task: Task
) -> None:
    start(storage, user, task, description="tests")
    entry = stop(storage, user, task).entry

    columns = ("time_entry_id", "version", "user_id", "task_id", "lane", "start_at", "end_at", "description")
    assert history(owner, *columns, "created_at")[-1] == (
        *(entry.id, entry.version, entry.user_id, entry.task_id, entry.lane),
        *(entry.start, entry.end, entry.description, entry.created_at),
    )


def test_a_deletion_is_a_version_too(storage: PostgresStorage, owner: Connection, user: User, task: Task) -> None:
    start(storage, user, task)

    owner.execute("DELETE FROM time_entries")

    assert history(owner, "version", "action") == [(1, "created"), (2, "deleted")]


def test_the_history_tells_who_has_changed_what_by_which_request(
    storage: PostgresStorage, owner: Connection, user: User, task: Task
) -> None:
    starter = a_user(storage)
    a_token(storage, user, b"digest")
    holder = storage.tokens.caller(b"digest")
    assert holder is not None
    deleter = Caller(user_id=user.id, role=user.role, token_id=holder.token_id, request_id="deleted by")

    start(storage, starter, task, request_id="started by")
    Tasks(storage).delete(deleter, task.id)

    assert history(owner, "changed_by", "token_id", "request_id") == [
        (starter.id, None, "started by"),
        (user.id, holder.token_id, "deleted by"),
    ]


def test_a_change_by_nobody_is_not_put_down_to_who_used_the_connection_before(
    storage: PostgresStorage, owner: Connection, user: User, task: Task
) -> None:
    start(storage, user, task, request_id="before")

    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        stores.time_entries.stop_all_of_user(user.id)

    assert history(owner, "changed_by", "request_id")[-1] == (None, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE time_entry_history SET description = 'nothing happened'",
        "DELETE FROM time_entry_history",
        "TRUNCATE time_entry_history",
    ],
)
@pytest.mark.parametrize("role", ["owner_database_url", "application_database_url"])
def test_nobody_changes_the_history_not_even_its_owner(  # noqa: PLR0913 - fixtures and a table
    storage: PostgresStorage,
    user: User,
    task: Task,
    *,
    request: pytest.FixtureRequest,
    role: str,
    statement: LiteralString,
) -> None:
    start(storage, user, task)

    with (
        psycopg.connect(request.getfixturevalue(role), autocommit=True) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


def test_the_application_adds_nothing_to_the_history_by_itself(
    application_database_url: str, storage: PostgresStorage, user: User, task: Task
) -> None:
    start(storage, user, task)

    with (
        psycopg.connect(application_database_url, autocommit=True) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute("INSERT INTO time_entry_history SELECT * FROM time_entry_history")
