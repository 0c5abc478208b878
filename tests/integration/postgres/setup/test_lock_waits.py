"""Migrations beside those who work: whoever reads a table keeps its migration waiting, and nobody else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Database
from tests.processes import eventually
from tests.sql import rows_of, run_on
from timetrack.adapters.postgres.setup.faults import MigrationFailedError
from timetrack.adapters.postgres.setup.lock_waits import LockWaits
from timetrack.adapters.postgres.setup.migrations import Migrations

WAITING = "SELECT FROM pg_locks WHERE relation = 'one'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted"
COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = 'one'::regclass AND attnum > 0 AND NOT attisdropped"
PATIENT = LockWaits(milliseconds=500, tries=1000, pause_seconds=0.1)
BRIEF = LockWaits(milliseconds=50, tries=3, pause_seconds=0.01)


@pytest.fixture
def folder(tmp_path: Path, bare_database: Database) -> Path:
    """A table that is there, and a migration that alters it."""
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (id integer);")
    Migrations(bare_database.owner_url, tmp_path).apply()
    (tmp_path / "0002_two.sql").write_text("CREATE TABLE two (id integer); ALTER TABLE one ADD COLUMN more integer;")
    (tmp_path / "0002_two.rollback.sql").write_text("ALTER TABLE one DROP COLUMN more; DROP TABLE two;")
    return tmp_path


@pytest.fixture
def reader(bare_database: Database) -> Iterator[psycopg.Connection]:
    """A connection for a reader; what it reads it holds until its transaction ends."""
    with psycopg.connect(bare_database.owner_url) as connection:
        yield connection


def others_go_on(url: str, reader: psycopg.Connection, migrate: Callable[[], object]) -> None:
    """Ask while the migration waits for the reader; the request has less time than the reader takes."""
    reader.execute("SELECT FROM one")
    with ThreadPoolExecutor(1) as threads:
        migration = threads.submit(migrate)
        try:
            eventually(lambda: len(rows_of(url, WAITING)) > 0, "the migration waits")
            run_on(url, "SET statement_timeout = '20s'; SELECT FROM one")
            assert not migration.done()
        finally:
            reader.rollback()
        migration.result(timeout=60)


def test_a_migration_that_waits_for_a_reader_lets_requests_go_on(
    bare_database: Database, folder: Path, reader: psycopg.Connection
) -> None:
    url = bare_database.owner_url

    others_go_on(url, reader, Migrations(url, folder, PATIENT).apply)

    assert rows_of(url, COLUMNS) == [("id",), ("more",)]


def test_a_rollback_that_waits_for_a_reader_lets_requests_go_on(
    bare_database: Database, folder: Path, reader: psycopg.Connection
) -> None:
    url = bare_database.owner_url
    migrations = Migrations(url, folder, PATIENT)
    migrations.apply()

    others_go_on(url, reader, migrations.rollback)

    assert rows_of(url, COLUMNS) == [("id",)]


def test_a_reader_who_never_ends_makes_it_give_up_with_nothing_done(
    bare_database: Database, folder: Path, reader: psycopg.Connection
) -> None:
    url = bare_database.owner_url
    reader.execute("SELECT FROM one")

    with pytest.raises(MigrationFailedError, match=r"^0002_two failed: [^\n]*lock timeout: others hold[^\n]*3 tries$"):
        Migrations(url, folder, BRIEF).apply()

    assert rows_of(url, "SELECT to_regclass('two')") == [(None,)]
    reader.rollback()
    assert list(Migrations(url, folder, BRIEF).apply()) == ["0002_two"]
