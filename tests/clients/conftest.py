"""A server whose clients are made by other people's generators."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.postgres import Databases
from tests.running_server import RunningServer

_NATIONAL_IDS = count(1)


@pytest.fixture(scope="session")
def server(databases: Databases) -> Iterator[RunningServer]:
    """A server in password mode, as it is by default."""
    with RunningServer(["--database-url", databases.migrated().application_url]) as running:
        yield running


@pytest.fixture
def national_id() -> str:
    """A national ID that no other session has."""
    return f"4321 {next(_NATIONAL_IDS):06}"
