"""Migrations: what they make, and what no fault, race or edit can make of it."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.integration.postgres.schema_description import schema_of
from tests.postgres import Database
from tests.sql import rows_of, run_on
from timetrack.adapters.postgres.setup.faults import (
    DatabaseRefusedError,
    DatabaseTooNewError,
    MigrationEditedError,
    MigrationFailedError,
    MigrationNotReversibleError,
    MigrationsPendingError,
)
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.resources import resource

FILES = resource("migrations")
ALL = [file.stem for file in sorted(FILES.glob("*.sql")) if ".rollback" not in file.name]

TABLES = "SELECT tablename FROM pg_tables WHERE tablename IN ('one', 'two', 'three') ORDER BY tablename"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations, in a folder whose name yoyo would take for a pattern."""
    folder = tmp_path / "[1] 100% ours"
    folder.mkdir()
    write(folder, "0001_one", "CREATE TABLE one (id integer);", "DROP TABLE one;")
    write(folder, "0002_two", "CREATE TABLE two (id integer);", "DROP TABLE two;")
    return folder


def write(folder: Path, name: str, forward: str, back: str | None = None) -> Path:
    file = folder / f"{name}.sql"
    file.write_text(forward)
    if back is not None:
        (folder / f"{name}.rollback.sql").write_text(back)
    return file


def test_up_down_up_gives_the_same_schema(bare_database: Database) -> None:
    migrations = Migrations(bare_database.owner_url)
    migrations.apply()
    first = schema_of(bare_database.owner_url)

    migrations.rollback(len(ALL))
    migrations.apply()

    assert schema_of(bare_database.owner_url) == first


def test_going_all_the_way_down_leaves_nothing_of_ours(bare_database: Database) -> None:
    migrations = Migrations(bare_database.owner_url)
    applied = migrations.apply()
    assert schema_of(bare_database.owner_url) != []

    taken_back = migrations.rollback(len(ALL))

    assert (list(applied), list(taken_back)) == (ALL, ALL[::-1])
    assert schema_of(bare_database.owner_url) == []


@pytest.mark.parametrize("number", range(len(ALL)))
def test_each_migration_alone_can_be_taken_back(number: int, tmp_path: Path, bare_database: Database) -> None:
    migrations = Migrations(bare_database.owner_url, tmp_path)
    copy(ALL[:number], tmp_path)
    migrations.apply()
    before = schema_of(bare_database.owner_url)
    copy(ALL[number : number + 1], tmp_path)
    migrations.apply()
    after = schema_of(bare_database.owner_url)

    assert list(migrations.rollback()) == [ALL[number]]
    assert schema_of(bare_database.owner_url) == before
    assert list(migrations.apply()) == [ALL[number]]
    assert schema_of(bare_database.owner_url) == after


def copy(names: Sequence[str], folder: Path) -> None:
    for name in names:
        for suffix in (".sql", ".rollback.sql"):
            (folder / (name + suffix)).write_text((FILES / (name + suffix)).read_text())


def test_what_is_applied_is_not_applied_again(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)

    assert list(migrations.apply()) == ["0001_one", "0002_two"]
    assert list(migrations.apply()) == []


def test_rolling_back_takes_the_last_ones_back_and_stops_at_none(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()

    assert list(migrations.rollback()) == ["0002_two"]
    assert list(migrations.rollback(5)) == ["0001_one"]
    assert list(migrations.rollback()) == []


def test_status_tells_what_is_applied_and_changes_nothing(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)
    assert [(each.id, each.applied_at) for each in migrations.status()] == [("0001_one", None), ("0002_two", None)]
    assert rows_of(bare_database.owner_url, "SELECT FROM pg_tables WHERE schemaname = 'public'") == []

    migrations.apply()
    migrations.rollback()
    run_on(bare_database.owner_url, "UPDATE _yoyo_migration SET applied_at_utc = '2026-03-28 09:00'")

    nine = datetime(2026, 3, 28, 9, tzinfo=UTC)
    assert [(each.id, each.applied_at) for each in migrations.status()] == [("0001_one", nine), ("0002_two", None)]


def test_a_migration_that_fails_leaves_nothing_half_done(bare_database: Database, folder: Path) -> None:
    file = write(folder, "0003_three", "CREATE TABLE three (id integer); DROP TABLE one; DROP TABLE missing;")
    migrations = Migrations(bare_database.owner_url, folder)

    with pytest.raises(MigrationFailedError, match=r'^0003_three failed: table "missing" does not exist$'):
        migrations.apply()

    assert rows_of(bare_database.owner_url, TABLES) == [("one",), ("two",)]
    file.write_text("CREATE TABLE three (id integer);")
    assert list(migrations.apply()) == ["0003_three"]


def test_a_rollback_that_fails_leaves_nothing_half_done(bare_database: Database, folder: Path) -> None:
    write(folder, "0002_two", "CREATE TABLE two (id integer);", "DROP TABLE two; DROP TABLE missing;")
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()

    with pytest.raises(MigrationFailedError, match="0002_two"):
        migrations.rollback()

    assert rows_of(bare_database.owner_url, TABLES) == [("one",), ("two",)]
    migrations.check_current()


def test_a_migration_and_its_mark_are_one_transaction(bare_database: Database, folder: Path) -> None:
    run_on(
        bare_database.owner_url,
        "CREATE TABLE migration_digests (migration_id text CONSTRAINT migration_digests_pkey PRIMARY KEY"
        " CHECK (migration_id <> '0002_two'), digest text)",
    )
    migrations = Migrations(bare_database.owner_url, folder)

    with pytest.raises(MigrationFailedError, match="0002_two"):
        migrations.apply()

    assert rows_of(bare_database.owner_url, TABLES) == [("one",)]
    assert [each.id for each in migrations.status() if each.applied_at] == ["0001_one"]


def test_a_migration_that_loses_its_connection_leaves_nothing_half_done(bare_database: Database, folder: Path) -> None:
    file = write(folder, "0002_two", "CREATE TABLE two (id integer); SELECT pg_terminate_backend(pg_backend_pid());")
    migrations = Migrations(bare_database.owner_url, folder)

    with pytest.raises(MigrationFailedError, match=r"^0002_two failed: terminating connection"):
        migrations.apply()

    assert rows_of(bare_database.owner_url, TABLES) == [("one",)]
    file.write_text("CREATE TABLE two (id integer);")
    assert list(migrations.apply()) == ["0002_two"]


def test_a_migration_without_a_rollback_is_not_taken_back(bare_database: Database, folder: Path) -> None:
    write(folder, "0003_three", "CREATE TABLE three (id integer);")
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()

    with pytest.raises(MigrationNotReversibleError, match=r"^0003_three cannot be rolled back"):
        migrations.rollback(2)

    assert rows_of(bare_database.owner_url, TABLES) == [("one",), ("three",), ("two",)]
    migrations.check_current()


def at_once(count: int, migrations: Migrations) -> Sequence[str]:
    """Apply from several threads at once; return what they applied together."""
    line = threading.Barrier(count)

    def apply(_: int) -> Sequence[str]:
        line.wait(timeout=10)
        return migrations.apply()

    with ThreadPoolExecutor(count) as threads:
        return [name for applied in threads.map(apply, range(count)) for name in applied]


def test_of_many_at_once_each_migration_is_applied_by_one(bare_database: Database) -> None:
    applied = at_once(6, Migrations(bare_database.owner_url))

    assert sorted(applied) == ALL


def test_many_at_once_do_not_block_an_index_that_is_built_concurrently(bare_database: Database, folder: Path) -> None:
    write(folder, "0003_index", "-- transactional: false\nCREATE INDEX CONCURRENTLY one_idx ON one (id);")

    applied = at_once(4, Migrations(bare_database.owner_url, folder))

    assert sorted(applied) == ["0001_one", "0002_two", "0003_index"]
    assert rows_of(bare_database.owner_url, "SELECT indisvalid FROM pg_index WHERE indrelid = 'one'::regclass") == [
        (True,)
    ]


def test_the_lock_row_of_a_killed_program_is_harmless(bare_database: Database, folder: Path) -> None:
    run_on(
        bare_database.owner_url,
        "CREATE TABLE yoyo_lock (locked int DEFAULT 1 PRIMARY KEY, ctime timestamp, pid int NOT NULL);"
        "INSERT INTO yoyo_lock VALUES (1, now(), 1)",
    )

    assert list(Migrations(bare_database.owner_url, folder).apply()) == ["0001_one", "0002_two"]


def test_an_edit_of_an_applied_migration_is_told_and_nothing_applied(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()
    write(folder, "0001_one", "CREATE TABLE one (id bigint);")
    write(folder, "0003_three", "CREATE TABLE three (id integer);")

    with pytest.raises(MigrationEditedError, match=r"^edited after it was applied: 0001_one; [^\n]+$"):
        migrations.apply()

    assert [each.id for each in migrations.status() if each.changed] == ["0001_one"]
    assert rows_of(bare_database.owner_url, TABLES) == [("one",), ("two",)]


def test_an_edited_migration_can_be_taken_back_and_applied_anew(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()
    write(folder, "0002_two", "CREATE TABLE two (id bigint);")

    migrations.rollback()
    migrations.apply()

    assert [each.changed for each in migrations.status()] == [False, False]


def test_line_ends_of_another_system_are_no_edit(bare_database: Database, folder: Path) -> None:
    file = write(folder, "0003_three", "CREATE TABLE three (\n    id integer\n);\n")
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()

    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))

    assert list(migrations.apply()) == []


def test_a_database_newer_than_the_program_is_left_alone(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()
    for each in folder.glob("0002_two*"):
        each.unlink()
    write(folder, "0003_three", "CREATE TABLE three (id integer);")

    for act in (migrations.apply, migrations.rollback, migrations.status, migrations.check_current):
        with pytest.raises(DatabaseTooNewError, match=r"^the database is newer than this program[^\n]* 0002_two$"):
            act()

    assert rows_of(bare_database.owner_url, TABLES) == [("one",), ("two",)]


def test_the_application_may_check_that_the_database_is_current(database: Database) -> None:
    Migrations(database.application_url).check_current()


def test_pending_migrations_are_named_with_the_cure(bare_database: Database, folder: Path) -> None:
    migrations = Migrations(bare_database.owner_url, folder)
    migrations.apply()
    migrations.rollback()

    with pytest.raises(MigrationsPendingError, match=r"^the database lacks 0002_two: run timetrack-migrate apply$"):
        migrations.check_current()


def test_a_role_that_may_create_nothing_is_told_so(fresh_database: Database, folder: Path) -> None:
    for each in FILES.glob("*.sql"):
        (folder / each.name).write_text(each.read_text())

    with pytest.raises(DatabaseRefusedError, match=r"refused: permission denied for schema public$"):
        Migrations(fresh_database.application_url, folder).apply()
