"""A server for the runs that last, with a data directory that goes with it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability.killable_server import KillableServer


@pytest.fixture
def server() -> Iterator[KillableServer]:
    with tempfile.TemporaryDirectory(prefix="timetrack-faults-") as folder:
        Path(folder).chmod(0o755)
        with KillableServer(Path(folder) / "data") as server:
            yield server
