"""The last use of a token is known within a minute, and costs no more than a write a minute."""

from collections.abc import Iterator

import pytest

from tests.given import a_token, a_user
from tests.postgres import Database
from tests.sql import rows_of, run_on
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage

# xmin is another one after each write to the row.
WRITTEN = "SELECT xmin, last_used_at > now() - interval '1 minute' FROM tokens"
DIGEST = b"digest"


@pytest.fixture
def storage(database: Database) -> Iterator[PostgresStorage]:
    with open_storage(database.application_url, PoolLimits(size=2)) as opened:
        a_token(opened, a_user(opened), DIGEST)
        yield opened


def test_uses_within_a_minute_write_nothing(storage: PostgresStorage, database: Database) -> None:
    before = rows_of(database.owner_url, WRITTEN)

    for _ in range(3):
        storage.tokens.caller(DIGEST)

    assert rows_of(database.owner_url, WRITTEN) == before


def test_a_use_after_a_minute_is_written_once(storage: PostgresStorage, database: Database) -> None:
    run_on(database.owner_url, "UPDATE tokens SET last_used_at = last_used_at - interval '61 seconds'")

    storage.tokens.caller(DIGEST)
    first = rows_of(database.owner_url, WRITTEN)
    storage.tokens.caller(DIGEST)

    assert first[0][1] is True
    assert rows_of(database.owner_url, WRITTEN) == first
