"""Whatever is killed, nothing that was acknowledged is lost, and nothing happens twice.

`TIMETRACK_TEST_FAULT_SECONDS` lets it go on for longer, and `make soak` for as long as one likes.
"""

import os

import pytest

from tests.reliability.fault_run.fault_run import run_with_faults
from tests.reliability.figures import figures
from tests.reliability.killable_server import KillableServer

# Beside the other tests that start servers it would be slow, and so would they.
pytestmark = [pytest.mark.xdist_group("e2e"), pytest.mark.long]

SECONDS = float(os.environ.get("TIMETRACK_TEST_FAULT_SECONDS", "20"))
SEED = 1


def test_nothing_is_lost_or_doubled_whatever_is_killed(server: KillableServer) -> None:
    run = run_with_faults(server, seconds=SECONDS, seed=SEED)

    assert run.flawless, f"{figures(run)}\n{run.violations}"
    assert set(run.faults) == {"worker killed", "sessions ended", "PostgreSQL killed", "server killed"}
    assert run.unknown, "no outcome was unknown: the nemesis has harmed nobody"
