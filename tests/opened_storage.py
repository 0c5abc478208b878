"""The storage in a database, for tests that call it from threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import eventually
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage


@contextmanager
def opened_storage(
    database_url: str, *, size: int = 2, pipelines: int = 1, of_one_user: int = 2
) -> Iterator[PostgresStorage]:
    """Yield it once all its connections are there, so that no caller is late.

    With a shared connection more than there are callers, none has to wait behind another one's statement.
    """
    limits = PoolLimits(size=size, least=size, of_one_user=of_one_user)
    with open_storage(database_url, limits, pipelines=pipelines) as storage:
        eventually(lambda: len(storage.pipelines) == max(pipelines - 1, 1), "the shared connections")
        eventually(lambda: storage.lending.statistics()["pool_available"] == size, "the lent connections")
        yield storage
