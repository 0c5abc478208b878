"""A worker's memory does not grow with the requests it has answered; `make soak ARGS=--calm` looks for longer."""

import pytest

from tests.reliability.calm_run.calm_run import run_calmly
from tests.reliability.figures import calm_figures
from tests.reliability.killable_server import KillableServer

# Beside the other tests that start servers it would be slow, and so would they.
pytestmark = [pytest.mark.xdist_group("e2e"), pytest.mark.long]


def test_memory_stays_flat_however_many_requests_come(server: KillableServer) -> None:
    run = run_calmly(server)

    assert run.flat, calm_figures(run)
