"""PostgreSQL for every test that asks for it; each worker of pytest-xdist has its own."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import Database, Databases, emptying, is_kept, running_postgres

# `make check` has Hypothesis try more than `make test` does.
settings.register_profile("thorough", max_examples=500)

_HERE = Path(__file__).parent
_LONGEST_FIRST = ("clients", "programs", "e2e", "packaging", "reliability", "integration", "storage", "edge", "unit")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Have one worker run all tests of a module, so that what they share is made once.

    The long modules come first, and the many short ones last: no worker is idle while another still has a long one.
    """
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(_HERE))))
    yield
    # pytest-xdist tells the groups by the names of the tests; where it cannot write there, it shares nothing silently.
    if config.getoption("loadgroup", default=False) and not all("@" in item.nodeid for item in items):
        raise pytest.UsageError("pytest-xdist does not group the tests; its version does not suit pytest's")
    items.sort(key=lambda item: _LONGEST_FIRST.index(item.path.relative_to(_HERE).parts[0]))


@pytest.fixture(scope="session", params=[True, False], ids=["compiled", "stock"])
def compiled(request: pytest.FixtureRequest) -> bool:
    """True where the contract is compiled; what holds for the edge has to hold for both."""
    return bool(request.param)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that PostgreSQL's account can reach, also when the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="timetrack-e2e-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


@pytest.fixture(scope="session")
def superuser_url() -> Iterator[str]:
    """The superuser's URL of the server; no TimeTrack database is there."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def databases(superuser_url: str) -> Iterator[Databases]:
    """Makes databases."""
    made = Databases(superuser_url)
    yield made
    if is_kept():
        made.drop_all()


@pytest.fixture
def bare_database(databases: Databases) -> Database:
    """A new database with nothing in it."""
    return databases.bare()


@pytest.fixture
def fresh_database(databases: Databases) -> Database:
    """A new, migrated database, for a test that leaves more behind than rows."""
    return databases.migrated()


@pytest.fixture(scope="session")
def shared_database(databases: Databases) -> Database:
    """The one behind `database`; tests ask for that."""
    return databases.migrated()


@pytest.fixture(scope="session")
def empty_shared_database(shared_database: Database) -> Iterator[Callable[[], None]]:
    with emptying(shared_database) as empty:
        yield empty


@pytest.fixture
def database(shared_database: Database, empty_shared_database: Callable[[], None]) -> Database:
    """A migrated database without rows, as cheap as can be; the next test gets it emptied."""
    empty_shared_database()
    return shared_database


@pytest.fixture
def application_database_url(database: Database) -> str:
    """The database for what is under test, with the rights that it has in production."""
    return database.application_url


@pytest.fixture
def owner_database_url(database: Database) -> str:
    """The database for what a test arranges behind the application's back."""
    return database.owner_url
