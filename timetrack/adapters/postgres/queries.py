"""The SQL statements, read from the files in `sql/`.

A file holds statements that each begin with a line `-- name: add`, or `-- name: add (a word on it)`. Lines of
comments are for its readers, and are not sent to the server.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString

FOLDER = Path(__file__).resolve().parent / "sql"

_HEADER = re.compile(r"^-- *name:(.*)$", re.MULTILINE)
_NAME = re.compile(r"([a-z][a-z0-9_]*)(?: +\(.*\))?")


class StatementFileError(Exception):
    """A file of statements breaks the rules above."""


def load(file: str, folder: Path = FOLDER) -> Mapping[str, LiteralString]:
    """Return the statements of a file by name; `load("users")` reads `users.sql`.

    Raises:
        StatementFileError: a statement has no name, or a name has no statement or several.
    """
    statements: dict[str, LiteralString] = {}
    for header, statement in _split(file, (folder / f"{file}.sql").read_text(encoding="utf-8")):
        name = _name(file, header)
        if not statement:
            raise StatementFileError(f"{file}.sql has no statement of the name {name}")
        if name in statements:
            raise StatementFileError(f"{file}.sql has two statements of the name {name}")
        # A literal indeed, though no checker can know it: these files are ours, as trusted as code.
        statements[name] = statement
    return MappingProxyType(statements)


def _split(file: str, text: str) -> Iterator[tuple[str, str]]:
    before, *parts = _HEADER.split(text)
    if _without_comments(before):
        raise StatementFileError(f"{file}.sql has a statement that has no name")
    for header, body in zip(parts[::2], parts[1::2], strict=True):
        yield header.strip(), _without_comments(body).removesuffix(";")


def _name(file: str, header: str) -> str:
    match = _NAME.fullmatch(header)
    if not match:
        raise StatementFileError(f"{file}.sql has a statement whose name cannot be read: {header}")
    return match[1]


def _without_comments(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(lines).strip()
