"""Servers for journeys; all that use `server` share a worker of pytest-xdist, and so a server."""

import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.postgres import Databases
from tests.running_server import RunningServer
from timetrack.adapters.embedded_postgres import EmbeddedPostgres
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.setup.provisioning import provision

_NATIONAL_IDS = count(1)


@pytest.fixture(scope="session")
def migrated_home() -> Iterator[Path]:
    """A data directory as a server leaves it; tests get copies."""
    with tempfile.TemporaryDirectory(prefix="timetrack-e2e-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "data"
        with EmbeddedPostgres(home, durable=False) as postgres:
            Migrations(provision(postgres.start()).owner_url).apply()
        # What a test finds in the log is to come from its own server.
        (home / "log").unlink()
        yield home


@pytest.fixture
def used_data_dir(migrated_home: Path, data_dir: Path) -> Path:
    """A data directory that has been served from; a server that has to make one takes twice as long to start."""
    subprocess.run(["cp", "-a", migrated_home, data_dir], check=True)  # noqa: S603, S607 - the system's
    return data_dir


@pytest.fixture(scope="session")
def server(databases: Databases, compiled: bool) -> Iterator[RunningServer]:  # noqa: FBT001 - a fixture
    """A server with a database and a people-info service of its own."""
    mode = "--compiled" if compiled else "--no-compiled"
    with RunningServer(["--database-url", databases.migrated().application_url, mode]) as running:
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
