"""What becomes of data that is not as it should be."""

from pathlib import Path

import pytest

from tests.integration.embedded_postgres.programs import eventually, listing, program, psql
from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
)


def test_data_of_another_version_is_refused_and_left_alone(used_home: Path) -> None:
    (used_home / "data" / "PG_VERSION").write_text("13\n")
    before = listing(used_home)

    with pytest.raises(EmbeddedPostgresError, match=r"written by PostgreSQL 13, .* are PostgreSQL \d+"):
        EmbeddedPostgres(used_home, durable=False).start()

    assert listing(used_home) == before


def test_a_folder_of_something_else_is_refused_and_left_alone(data_folder: Path) -> None:
    (data_folder / "data").mkdir(parents=True)
    (data_folder / "data" / "diary").touch()
    before = listing(data_folder)

    with pytest.raises(EmbeddedPostgresError, match="not a PostgreSQL data directory"):
        EmbeddedPostgres(data_folder, durable=False).start()

    assert listing(data_folder) == before


def test_damaged_data_is_reported_with_postgres_own_words_and_kept(used_home: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    psql(server.start(), "create table kept (id int)")
    server.stop()
    (used_home / "data" / "pg_wal").rename(used_home / "data" / "elsewhere")

    with pytest.raises(EmbeddedPostgresError, match=r"did not start: .*FATAL:.*pg_wal"):
        server.start()

    (used_home / "data" / "elsewhere").rename(used_home / "data" / "pg_wal")
    with server:
        assert psql(server.start(), "select count(*) from kept") == "0"


def test_an_initdb_that_was_cut_short_is_done_again(used_home: Path) -> None:
    (used_home / "data").rename(used_home / "data.unfinished")

    with EmbeddedPostgres(used_home, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"


def test_killed_while_it_makes_the_data_the_next_start_waits_for_initdb_to_end(
    data_folder: Path, copied_binaries: Path
) -> None:
    with program(data_folder, copied_binaries) as child:
        assert eventually((data_folder / "data.unfinished" / "PG_VERSION").exists)
        child.kill()

    with EmbeddedPostgres(data_folder, durable=False) as server:
        assert psql(server.start(), "select 1") == "1"
