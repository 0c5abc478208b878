"""The SQL files: how they are read, and that every statement suits the schema, the role and the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from tests.postgres import Database
from timetrack.adapters.postgres.queries import FOLDER, StatementFileError, load

FILES = sorted(file.stem for file in FOLDER.glob("*.sql"))
STATEMENTS = [(file, name) for file in FILES for name in load(file)]
# All others are the application's.
RUN_BY_THE_OWNER = {"migrations", "provisioning"}
PARAMETER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def application(shared_database: Database) -> Iterator[Connection]:
    with psycopg.connect(shared_database.application_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def owner(shared_database: Database) -> Iterator[Connection]:
    with psycopg.connect(shared_database.owner_url, autocommit=True) as connection:
        yield connection


def written(folder: Path, text: str) -> Path:
    (folder / "things.sql").write_text(text)
    return folder


def test_statements_are_found_by_name_without_their_comments(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        "-- About things.\n\n"
        "-- name: add    (it says why)\n-- And more, 100% so.\nINSERT INTO things\n    -- inside\nVALUES (1);\n\n"
        "-- name: get\nSELECT 1;\n",
    )

    statements = load("things", folder)

    assert statements == {"add": "INSERT INTO things\nVALUES (1)", "get": "SELECT 1"}


def test_a_fragment_stands_wherever_a_statement_says_its_name(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        "-- About things.\n\n"
        "-- fragment: columns (of a thing)\n-- Both.\nid,\nname\n\n"
        "-- name: get\nSELECT {columns} FROM things WHERE tags = '{}';\n\n"
        "-- name: add\nINSERT INTO things VALUES (1) RETURNING {columns}, ({columns});\n",
    )

    statements = load("things", folder)

    assert statements == {
        "get": "SELECT id,\nname FROM things WHERE tags = '{}'",
        "add": "INSERT INTO things VALUES (1) RETURNING id,\nname, (id,\nname)",
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-- name: get\nSELECT 1;\n-- name: get\nSELECT 2;", "things.sql has two statements of the name get"),
        ("-- name: get\n-- name: add\nSELECT 2;", "things.sql has no statement of the name get"),
        ("SELECT 1;\n-- name: add\nSELECT 2;", "things.sql has a statement that has no name"),
        (
            "-- name: get\nSELECT 1;\n--name: Add\nSELECT 2;",
            "things.sql has a statement whose name cannot be read: Add",
        ),
        ("-- fragment: a\n1\n-- fragment: a\n2\n-- name: get\n{a}", "things.sql has two fragments of the name a"),
        ("-- fragment: a\n-- name: get\nSELECT {a};", "things.sql has no fragment of the name a"),
        ("SELECT 1;\n-- fragment: a\n1\n-- name: get\n{a}", "things.sql has a statement that has no name"),
        (
            "-- fragment: unused\n1\n-- name: get\nSELECT {missing};\n-- name: add\n-- {remark}\nSELECT {missing};",
            "things.sql uses a fragment that it lacks, or lacks a use of it: missing, unused",
        ),
        (
            "-- name: get\nSELECT {below};\n-- fragment: below\n1\n",
            "things.sql uses a fragment that it lacks, or lacks a use of it: below",
        ),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused(text: str, complaint: str, tmp_path: Path) -> None:
    with pytest.raises(StatementFileError, match=f"^{re.escape(complaint)}$"):
        load("things", written(tmp_path, text))


@pytest.mark.parametrize(("file", "name"), STATEMENTS)
def test_every_statement_suits_the_schema_and_the_rights_of_who_runs_it(
    file: str, name: str, application: Connection, owner: Connection
) -> None:
    connection = owner if file in RUN_BY_THE_OWNER else application

    # PostgreSQL raises where a table, column, type or right is missing: no assertion is needed.
    explain(connection, f"{file}.{name}", load(file)[name])


def test_a_statement_beyond_the_applications_rights_is_noticed(application: Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        explain(application, "forbidden", "DELETE FROM time_entry_history WHERE version = %(version)s")


def explain(connection: Connection, name: str, statement: str) -> None:
    """Plan a statement, for which its tables, columns, types and rights are looked up, and do not run it."""
    order = list(dict.fromkeys(PARAMETER.findall(statement)))
    numbered = PARAMETER.sub(lambda match: f"${order.index(match[1]) + 1}", statement).replace("%%", "%")
    connection.execute(f'PREPARE "{name}" AS {numbered}')
    arguments = SQL("({})").format(SQL(", ").join([SQL("NULL")] * len(order))) if order else SQL("")
    connection.execute(SQL("EXPLAIN EXECUTE {}{}").format(Identifier(name), arguments))


@pytest.mark.parametrize("file", FILES)
def test_every_statement_is_used_and_every_one_used_exists(file: str) -> None:
    loaders = [tree for tree in modules() if file in loaded(tree)]

    known = set(load(file))

    assert {name for name in known if not any(says(tree, name) for tree in loaders)} == set()
    assert {name for tree in loaders for name in subscripts(tree)} - known == set()


def modules() -> Iterator[ast.Module]:
    for path in FOLDER.parent.rglob("*.py"):
        yield ast.parse(path.read_text())


def loaded(tree: ast.Module) -> set[str]:
    """Return the files that a module loads as `_SQL`."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "load")
    return {str(call.args[0].value) for call in named if isinstance(call.args[0], ast.Constant)}


def subscripts(tree: ast.Module) -> set[str]:
    """Return the names in `_SQL["name"]`."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    of_sql = (each for each in found if isinstance(each.value, ast.Name) and each.value.id == "_SQL")
    return {str(each.slice.value) for each in of_sql if isinstance(each.slice, ast.Constant)}


def says(tree: ast.Module, name: str) -> bool:
    """Tell whether a module has the name as a string, or an f-string that can become it."""
    patterns = (pattern(node) for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr))
    return any(re.fullmatch(each, name) for each in patterns)


def pattern(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    literal = [re.escape(str(each.value)) if isinstance(each, ast.Constant) else ".+" for each in node.values]
    return "".join(literal) if any(isinstance(each, ast.Constant) for each in node.values) else ""
