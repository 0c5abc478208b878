"""What a rollback would delete: what is told is what goes."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from tests.postgres import Database
from tests.sql import rows_of, run_on
from timetrack.adapters.postgres.setup.losses import Loss, dropped_by
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.resources import resource

FILES = resource("migrations")
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"


def columns(url: str) -> AbstractSet[tuple[object, ...]]:
    return set(rows_of(url, COLUMNS))


def test_every_rollback_drops_what_is_read_in_its_file_and_no_more(bare_database: Database) -> None:
    migrations = Migrations(bare_database.owner_url)
    for name in list(migrations.apply())[::-1]:
        before = columns(bare_database.owner_url)
        migrations.rollback()
        after = columns(bare_database.owner_url)

        tables = {(table, None) for table, _ in before} - {(table, None) for table, _ in after}
        of_tables_that_stay = {each for each in before - after if (each[0], None) not in tables}
        told = {(loss.table, loss.column) for loss in dropped_by((FILES / f"{name}.rollback.sql").read_text())}
        assert told == tables | of_tables_that_stay, name


def test_every_way_to_drop_is_read() -> None:
    text = """
        -- DROP TABLE not_this;
        drop table IF EXISTS a, b CASCADE;
        ALTER TABLE ONLY c DROP CONSTRAINT x, DROP COLUMN one, drop column if exists two;
    """

    assert list(dropped_by(text)) == [Loss("a", None), Loss("b", None), Loss("c", "one"), Loss("c", "two")]


def test_only_what_has_rows_is_a_loss(bare_database: Database, tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("CREATE TABLE one (id integer); CREATE TABLE empty (id integer);")
    (tmp_path / "0001_one.rollback.sql").write_text("DROP TABLE empty; DROP TABLE one;")
    (tmp_path / "0002_two.sql").write_text("ALTER TABLE one ADD COLUMN a integer, ADD COLUMN b integer;")
    (tmp_path / "0002_two.rollback.sql").write_text("ALTER TABLE one DROP COLUMN a, DROP COLUMN b;")
    migrations = Migrations(bare_database.owner_url, tmp_path)
    migrations.apply()
    run_on(bare_database.owner_url, "INSERT INTO one (id, a) VALUES (1, 1), (2, NULL)")

    assert [str(each) for each in migrations.losses()] == ["column a of one (1 row)"]
    assert [str(each) for each in migrations.losses(99)] == ["column a of one (1 row)", "table one (2 rows)"]
