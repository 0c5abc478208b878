"""Mutations of the schema: each takes away one defence that the promises rest on."""

import re
from collections.abc import Callable, Mapping
from typing import LiteralString

from psycopg import Connection

_DEFINITION: LiteralString = "SELECT pg_get_functiondef(%s::regproc)"
_LOCK = re.compile(r"\s+FOR NO KEY UPDATE")
_KEEP = re.compile(r"INSERT INTO idempotency_keys.*?;", re.DOTALL)


def _without_unique_index(owner: Connection) -> None:
    owner.execute("DROP INDEX time_entries_running_key")


def _without_exclusion_constraint(owner: Connection) -> None:
    owner.execute("ALTER TABLE time_entries DROP CONSTRAINT time_entries_overlap_excl")


def _without_user_lock(owner: Connection) -> None:
    _cut(owner, "start_timer_if_active", _LOCK)
    _cut(owner, "stop_timer", _LOCK)


def _without_kept_key(owner: Connection) -> None:
    _cut(owner, "start_timer_if_active_once", _KEEP)
    _cut(owner, "stop_timer_once", _KEEP)


MUTATIONS: Mapping[str, Callable[[Connection], None]] = {
    "unique index": _without_unique_index,
    "exclusion constraint": _without_exclusion_constraint,
    "user lock": _without_user_lock,
    "kept key": _without_kept_key,
}


def _cut(owner: Connection, function: str, part: re.Pattern[str]) -> None:
    """Define a function anew, without a part of its source."""
    row = owner.execute(_DEFINITION, [function]).fetchone()
    assert row is not None
    source, cuts = part.subn("", row[0])
    assert cuts == 1, f"{function} has no such part, or several"
    owner.execute(source)
