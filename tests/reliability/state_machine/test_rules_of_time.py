"""Whatever callers do one after the other, PostgreSQL comes to what the rules say.

The long test tries 260 random sequences of at most 50 steps, which are more than 10,000 steps;
`TIMETRACK_TEST_EXAMPLES` has it try more.
"""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.database_clock import controlled
from tests.opened_storage import opened_storage
from tests.postgres import Database
from tests.reliability.state_machine.rules_of_time import RulesOfTime, System

FEW = 30
MANY = int(os.environ.get("TIMETRACK_TEST_EXAMPLES", "260"))
STEPS = 50


@pytest.fixture
def system(database: Database, empty_shared_database: Callable[[], None]) -> Iterator[System]:
    with (
        psycopg.connect(database.owner_url, autocommit=True) as owner,
        controlled(database.owner_url) as clock,
        opened_storage(database.application_url, size=1) as storage,
    ):
        yield System(storage=storage, owner=owner, clock=clock, empty=empty_shared_database)


@pytest.mark.parametrize("examples", [FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
def test_the_database_comes_to_what_the_rules_say(system: System, examples: int) -> None:
    class RulesOverSystem(RulesOfTime):
        """The rules over this system; Hypothesis makes it without arguments."""

        def __init__(self) -> None:
            super().__init__(system)

    # No assertion here: the rules and invariants of the machine assert, and the first that fails is raised.
    run_state_machine_as_test(
        RulesOverSystem, settings=settings(max_examples=examples, stateful_step_count=STEPS, deadline=None)
    )
