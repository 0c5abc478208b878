"""The checker is tested by mutation: it objects as soon as one of the defences is taken away.

The defences stand behind each other, so that for one of them to be missed, those that would step in for it may have
to be gone too: `besides`. Without those but with the defence itself the checker has to be silent.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import psycopg
import pytest

from tests.database_clock import controlled
from tests.opened_storage import opened_storage
from tests.postgres import Database
from tests.reliability.checker import objections
from tests.reliability.mutations.mutations import MUTATIONS
from tests.reliability.mutations.scenarios import (
    RUNNERS,
    Target,
    ask_again,
    start_at_once,
    start_in_the_past,
    stop_at_once,
)


@pytest.fixture
def target(fresh_database: Database) -> Iterator[Target]:
    with (
        psycopg.connect(fresh_database.owner_url, autocommit=True) as owner,
        controlled(fresh_database.owner_url) as clock,
        ExitStack() as servers,
    ):
        opened = [servers.enter_context(opened_storage(fresh_database.application_url)) for _ in range(RUNNERS)]
        yield Target(opened, owner, clock)


CASES = [
    ("unique index", ["user lock", "exclusion constraint"], start_at_once, "1 lanes with two timers"),
    ("unique index", ["user lock", "exclusion constraint"], start_at_once, "not linearizable"),
    ("exclusion constraint", [], start_in_the_past, "1 overlaps"),
    ("user lock", [], stop_at_once, "not linearizable"),
    ("user lock", [], stop_at_once, "3 acknowledged writes that are lost"),
    ("kept key", [], ask_again, "1 writes that no key asked for"),
]


@pytest.mark.parametrize(("defence", "besides", "scenario", "objection"), CASES)
def test_the_proof_objects_when_a_defence_is_missing(
    target: Target, defence: str, besides: Sequence[str], scenario: Callable[[Target], None], objection: str
) -> None:
    for each in (*besides, defence):
        MUTATIONS[each](target.owner)

    scenario(target)

    assert any(objection in found for found in objections(target.owner, target.recorder.operations))


@pytest.mark.parametrize(
    ("besides", "scenario"), {scenario: (besides, scenario) for _, besides, scenario, _ in CASES}.values()
)
def test_the_proof_is_silent_when_only_the_other_defences_are_missing(
    target: Target, besides: Sequence[str], scenario: Callable[[Target], None]
) -> None:
    for each in besides:
        MUTATIONS[each](target.owner)

    scenario(target)

    assert objections(target.owner, target.recorder.operations) == []


def test_every_defence_has_its_test() -> None:
    assert {defence for defence, *_ in CASES} == set(MUTATIONS)
