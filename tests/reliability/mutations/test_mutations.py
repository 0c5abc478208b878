"""The proof is worth something: it objects as soon as one of the defences is taken away.

The defences stand behind each other, so that for one of them to be missed, those that would step in for it may have
to be gone too: `besides`. Without those but with the defence itself the proof has to be silent.
"""

from collections.abc import Callable, Iterator, Sequence

import psycopg
import pytest

from tests.database_clock import controlled
from tests.postgres import Database
from tests.reliability.checker import objections
from tests.reliability.mutations.mutations import REMOVALS
from tests.reliability.mutations.scenarios import (
    RUNNERS,
    Arena,
    ask_again,
    start_at_once,
    start_in_the_past,
    stop_at_once,
)
from timetrack.adapters.postgres.pool import PoolLimits, open_pool
from timetrack.adapters.postgres.storage import PostgresStorage


@pytest.fixture
def arena(fresh_database: Database) -> Iterator[Arena]:
    with (
        psycopg.connect(fresh_database.owner_url, autocommit=True) as owner,
        controlled(fresh_database.owner_url) as clock,
        open_pool(fresh_database.application_url, PoolLimits(size=RUNNERS)) as pool,
    ):
        pool.resize(RUNNERS, RUNNERS)
        pool.wait()
        yield Arena(PostgresStorage(pool), owner, clock)


CASES = [
    ("unique index", ["user lock", "exclusion constraint"], start_at_once, "1 lanes with two timers"),
    ("unique index", ["user lock", "exclusion constraint"], start_at_once, "not linearizable"),
    ("exclusion constraint", [], start_in_the_past, "1 overlaps"),
    ("user lock", [], stop_at_once, "not linearizable"),
    ("user lock", [], stop_at_once, "3 acknowledged writes that are lost"),
    ("kept key", [], ask_again, "1 writes that no key asked for"),
]


@pytest.mark.parametrize(("defence", "besides", "attack", "objection"), CASES)
def test_the_proof_objects_when_a_defence_is_missing(
    arena: Arena, defence: str, besides: Sequence[str], attack: Callable[[Arena], None], objection: str
) -> None:
    for each in (*besides, defence):
        REMOVALS[each](arena.owner)

    attack(arena)

    assert any(objection in found for found in objections(arena.owner, arena.recorder.operations))


@pytest.mark.parametrize(("besides", "attack"), {attack: (besides, attack) for _, besides, attack, _ in CASES}.values())
def test_the_proof_is_silent_when_only_the_other_defences_are_missing(
    arena: Arena, besides: Sequence[str], attack: Callable[[Arena], None]
) -> None:
    for each in besides:
        REMOVALS[each](arena.owner)

    attack(arena)

    assert objections(arena.owner, arena.recorder.operations) == []


def test_every_defence_has_its_test() -> None:
    assert {defence for defence, *_ in CASES} == set(REMOVALS)
