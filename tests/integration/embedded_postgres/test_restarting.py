"""A PostgreSQL that cannot be started again is tried again until it can."""

import logging
import os
import signal
from pathlib import Path

import pytest

from tests.integration.embedded_postgres.programs import eventually
from timetrack.adapters.embedded_postgres import EmbeddedPostgres
from timetrack.entrypoints.database import Restarter


def kill(server: EmbeddedPostgres) -> None:
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    assert eventually(lambda: server.pid is None)


def runs(server: EmbeddedPostgres) -> bool:
    return server.pid is not None


def failed(caplog: pytest.LogCaptureFixture) -> list[float]:
    """Return the pauses that the log tells of."""
    return [getattr(each, "again_in", 0) for each in caplog.records if each.levelno == logging.ERROR]


def test_a_failed_restart_is_tried_again_after_longer_and_longer_pauses(
    used_home: Path, server: EmbeddedPostgres, caplog: pytest.LogCaptureFixture
) -> None:
    now = [0.0]
    restarter = Restarter(server, lambda: now[0])
    needed = used_home / "data" / "global" / "pg_control"
    kill(server)
    needed.rename(needed.with_suffix(".away"))

    # At seconds 0, 1, 3 and 7 it is tried, in between it is not.
    for second in range(8):
        now[0] = float(second)
        restarter.keep_running()
        assert not runs(server)
    assert failed(caplog) == [1, 2, 4, 8]

    needed.with_suffix(".away").rename(needed)
    now[0] = 14.0
    restarter.keep_running()
    assert not runs(server)
    now[0] = 15.0
    restarter.keep_running()
    assert runs(server)

    # Once it ran, the next failure begins with a short pause.
    restarter.keep_running()
    kill(server)
    needed.rename(needed.with_suffix(".away"))
    restarter.keep_running()
    needed.with_suffix(".away").rename(needed)
    assert failed(caplog)[4:] == [1]
