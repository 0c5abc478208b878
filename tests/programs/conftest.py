"""A server that other people's programs are tried with; who runs them needs `make programs-check`."""

from collections.abc import Iterator

import pytest

from tests.postgres import Databases
from tests.running_server import RunningServer


@pytest.fixture(scope="session")
def server(databases: Databases) -> Iterator[RunningServer]:
    """A server in password mode, as it is by default."""
    with RunningServer(["--database-url", databases.migrated().application_url]) as running:
        yield running
