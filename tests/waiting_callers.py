"""Callers who line up at a lock before they go, so that a race does not depend on luck."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString, TypeVar

from psycopg import Connection

from tests.racing import Finish, race
from timetrack.domain.model.ids import UserId

Result = TypeVar("Result")

_HOLD: LiteralString = "SELECT FROM users WHERE id = %s FOR UPDATE"
_WAITING: LiteralString = """
    SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()
"""
_PATIENCE = 4.0


def race_from_a_line(owner: Connection, user_id: UserId, runners: int, act: Callable[[int], Result]) -> Finish[Result]:
    """Race, but hold the user's row until all runners wait, whether they lock the row or only refer to it."""
    return race_behind(owner, _HOLD, user_id, runners, act)


def race_behind(
    owner: Connection, hold: LiteralString, what: int, runners: int, act: Callable[[int], Result]
) -> Finish[Result]:
    """Race, but hold what the statement locks until all runners wait."""
    with ThreadPoolExecutor(1) as executor:
        with owner.transaction():
            owner.execute(hold, [what])
            finish = executor.submit(race, runners, act)
            wait_for_waiting(owner, runners)
        return finish.result(timeout=20)


def wait_for_waiting(connection: Connection, sessions: int) -> None:
    """Return when so many sessions of the database wait for a lock."""
    end = time.monotonic() + _PATIENCE
    while (waiting := _waiting(connection)) < sessions:
        assert time.monotonic() < end, f"{waiting} wait, not {sessions}"
        time.sleep(0.005)


def _waiting(connection: Connection) -> int:
    row = connection.execute(_WAITING).fetchone()
    assert row is not None
    number: int = row[0]
    return number
