"""The text of a schema, docs/schema.sql: it leaves nothing out, and is easy to read."""

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL

from tests.postgres import Database
from timetrack.adapters.embedded_postgres import find_binaries
from tools import generate_schema
from tools.schema_text import schema_text

MADE = """
    CREATE FUNCTION today() RETURNS date LANGUAGE sql STABLE AS $$ SELECT current_date $$;
    CREATE FUNCTION unused(first integer, second text DEFAULT 'a, b') RETURNS void LANGUAGE sql
        AS $$ SELECT NULL -- as written $$;
    REVOKE EXECUTE ON FUNCTION unused FROM PUBLIC;
    COMMENT ON FUNCTION unused IS E'It does nothing,\n  and says so.';
    CREATE TABLE orders (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        made_on date NOT NULL DEFAULT today(),
        gone date
    );
    CREATE TABLE customers (id bigint PRIMARY KEY, role text CHECK (role IN ('buyer', 'it''s a seller')));
    ALTER TABLE orders DROP gone, ADD customer_id bigint, ADD FOREIGN KEY (customer_id) REFERENCES customers;
    COMMENT ON COLUMN orders.made_on IS 'By the clock.';
    COMMENT ON TABLE customers IS 'Who buys.';
    CREATE INDEX orders_made_on_idx ON orders (made_on) WHERE customer_id IS NOT NULL;
    COMMENT ON INDEX orders_made_on_idx IS 'For the list.';
    REVOKE DELETE ON orders FROM CURRENT_USER;
    GRANT SELECT, INSERT ON orders, customers TO PUBLIC;
"""
TEXT = """\
-- ==== Functions that tables use ====

CREATE FUNCTION today() RETURNS date
    LANGUAGE sql STABLE
    AS $$ SELECT current_date $$;


-- ==== Tables, each with its indexes ====

-- Who buys.
CREATE TABLE customers (
    id bigint NOT NULL,
    role text,
    CONSTRAINT customers_pkey PRIMARY KEY (id),
    CONSTRAINT customers_role_check CHECK (role IN ('buyer', 'it''s a seller'))
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY,
    -- By the clock.
    made_on date NOT NULL DEFAULT today(),
    customer_id bigint,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id)
);

-- For the list.
CREATE INDEX orders_made_on_idx ON orders (made_on) WHERE customer_id IS NOT NULL;


-- ==== Functions ====

-- It does nothing,
--   and says so.
CREATE FUNCTION unused(first integer, second text DEFAULT 'a, b') RETURNS void
    LANGUAGE sql
    AS $$ SELECT NULL -- as written $$;


-- ==== Rights, where they differ from PostgreSQL's own ====

GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT INSERT, SELECT ON TABLE customers, orders TO PUBLIC;
REVOKE EXECUTE ON FUNCTION unused(integer,text) FROM PUBLIC;
"""


def test_the_text_makes_the_schema_that_it_tells_of(fresh_database: Database, bare_database: Database) -> None:
    text = schema_text(fresh_database.owner_url)
    text = renamed(text, fresh_database, bare_database)

    run(bare_database, text)

    assert dump(bare_database) == renamed(dump(fresh_database), fresh_database, bare_database)
    assert without_remarks(schema_text(bare_database.owner_url)) == without_remarks(text)


def test_a_schema_is_told_from_the_top(bare_database: Database) -> None:
    run(bare_database, MADE)

    assert schema_text(bare_database.owner_url) == TEXT


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is checked, where the schema would be told by `as it is`."""
    file = tmp_path / "schema.sql"
    monkeypatch.setattr(generate_schema, "SCHEMA", file)
    monkeypatch.setattr(generate_schema, "generated", lambda: "as it is")
    monkeypatch.setattr(sys, "argv", ["generate_schema", "--check"])
    return file


def test_a_file_that_is_up_to_date_passes_the_check(file: Path) -> None:
    file.write_text("as it is")

    assert generate_schema.main() == 0


@pytest.mark.parametrize("kept", ["as it was", None])
def test_a_file_that_is_not_fails_the_check(kept: str | None, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if kept is not None:
        file.write_text(kept)

    assert generate_schema.main() == 1

    assert capsys.readouterr().out == "docs/schema.sql is not up to date with migrations/; run `make generate`\n"


def run(database: Database, script: str) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        connection.execute(SQL(script))


def renamed(text: str, old: Database, new: Database) -> str:
    return text.replace(old.name, new.name).replace(old.application_role, new.application_role)


def without_remarks(text: str) -> str:
    return re.sub(r"^ *-- .*\n", "", text, flags=re.MULTILINE)


def dump(database: Database) -> str:
    """Return the schema as PostgreSQL's own program writes it down, which leaves nothing out."""
    command = [
        str(find_binaries() / "pg_dump"),
        f"--dbname={database.owner_url}",
        "--schema-only",
        "--no-comments",
        "--exclude-table=*yoyo*",
        "--exclude-table=migration_digests",
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - PostgreSQL's own program
    # A key that is another each time.
    return re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.MULTILINE)
