"""Races whose callers all wait at a lock before they go on, so that who meets whom does not depend on luck."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString, TypeVar

from psycopg import Connection

from tests.racing import RaceResult, race
from tests.sql import number
from timetrack.domain.model.ids import UserId

Result = TypeVar("Result")

_LOCK_USER: LiteralString = "SELECT FROM users WHERE id = %s FOR UPDATE"
_WAITING: LiteralString = """
    SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()
"""
_PATIENCE = 4.0


def race_behind_user_lock(
    owner: Connection, user_id: UserId, callers: int, act: Callable[[int], Result]
) -> RaceResult[Result]:
    """Race, but lock the user's row until all callers wait, whether they lock the row or only refer to it."""
    return race_behind_lock(owner, _LOCK_USER, user_id, callers, act)


def race_behind_lock(
    owner: Connection, lock: LiteralString, what: int, callers: int, act: Callable[[int], Result]
) -> RaceResult[Result]:
    """Race, but hold what the statement locks until all callers wait."""
    with ThreadPoolExecutor(1) as executor:
        with owner.transaction():
            owner.execute(lock, [what])
            racing = executor.submit(race, callers, act)
            wait_for_waiting(owner, callers)
        return racing.result(timeout=20)


def wait_for_waiting(connection: Connection, sessions: int) -> None:
    """Return when so many sessions of the database wait for a lock."""
    end = time.monotonic() + _PATIENCE
    while (waiting := number(connection, _WAITING)) < sessions:
        assert time.monotonic() < end, f"{waiting} wait, not {sessions}"
        time.sleep(0.005)
