"""Servers for journeys; all that use `server` share a worker of pytest-xdist, and so a server."""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.e2e.running_server import RunningServer

_NATIONAL_IDS = count(1)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that PostgreSQL's account can reach, also when the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="timetrack-e2e-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


@pytest.fixture(scope="session")
def server(compiled: bool) -> Iterator[RunningServer]:  # noqa: FBT001 - a fixture
    """A server as it comes, with a database and a people-info service of its own."""
    with tempfile.TemporaryDirectory(prefix="timetrack-e2e-") as folder:
        Path(folder).chmod(0o755)
        mode = "--compiled" if compiled else "--no-compiled"
        with RunningServer(["--data-dir", f"{folder}/data", mode]) as running:
            yield running


@pytest.fixture
def national_id() -> str:
    """A national ID that no other test has."""
    return f"1234 {next(_NATIONAL_IDS):06}"


@pytest.fixture
def token(server: RunningServer, national_id: str) -> str:
    """The access token of a new user."""
    server.register(national_id)
    return server.sign_in(national_id)
