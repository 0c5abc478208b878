"""The SQL statements, read from the files in `sql/`.

A file holds statements that each begin with a line `-- name: add`, or `-- name: add (a word on it)`. A statement that
has a line `-- shared: why` goes over a connection that many requests share. Lines of comments are for its readers, and
are not sent to the server.

What several statements of a file say, such as the columns of a row, stands once above them, as a fragment that begins
with a line `-- fragment: columns`; in a statement `{columns}` stands for it.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString

FOLDER = Path(__file__).resolve().parent / "sql"

_HEADER = re.compile(r"^-- *name:(.*)$", re.MULTILINE)
_SHARED = re.compile(r"^-- *shared:", re.MULTILINE)
_FRAGMENT = re.compile(r"^-- *fragment:(.*)$", re.MULTILINE)
_USE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NAME = re.compile(r"([a-z][a-z0-9_]*)(?: +\(.*\))?")


class StatementFileError(Exception):
    """A file of statements breaks the rules above."""


def load(file: str, folder: Path = FOLDER) -> Mapping[str, LiteralString]:
    """Return the statements of a file by name; `load("users")` reads `users.sql`.

    Raises:
        StatementFileError: a statement or fragment has no name, or a name has none or several; a fragment is missing
            or not used.
    """
    above, *statements = _HEADER.split((folder / f"{file}.sql").read_text(encoding="utf-8"))
    unnamed, *fragments = _FRAGMENT.split(above)
    if _without_comments(unnamed):
        raise StatementFileError(f"{file}.sql has a statement that has no name")
    return _filled_in(file, _by_name(file, "statement", statements), _by_name(file, "fragment", fragments))


def shared(file: str, folder: Path = FOLDER) -> frozenset[str]:
    """Return the names of those statements of a file that go over shared connections."""
    _, *parts = _HEADER.split((folder / f"{file}.sql").read_text(encoding="utf-8"))
    named = zip(parts[::2], parts[1::2], strict=True)
    return frozenset(_name(file, "statement", header.strip()) for header, body in named if _SHARED.search(body))


def _by_name(file: str, kind: str, parts: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for header, body in zip(parts[::2], parts[1::2], strict=True):
        name = _name(file, kind, header.strip())
        text = _without_comments(body).removesuffix(";")
        if not text:
            raise StatementFileError(f"{file}.sql has no {kind} of the name {name}")
        if name in found:
            raise StatementFileError(f"{file}.sql has two {kind}s of the name {name}")
        found[name] = text
    return found


def _name(file: str, kind: str, header: str) -> str:
    match = _NAME.fullmatch(header)
    if not match:
        raise StatementFileError(f"{file}.sql has a {kind} whose name cannot be read: {header}")
    return match[1]


def _filled_in(file: str, statements: Mapping[str, str], fragments: Mapping[str, str]) -> Mapping[str, LiteralString]:
    used = {name for statement in statements.values() for name in _USE.findall(statement)}
    if unmatched := sorted(used ^ fragments.keys()):
        raise StatementFileError(
            f"{file}.sql uses a fragment that it lacks, or lacks a use of it: {', '.join(unmatched)}"
        )
    # Literals indeed, though no checker can know it: these files are ours, as trusted as code.
    filled: dict[str, LiteralString] = {
        name: _USE.sub(lambda use: fragments[use[1]], statement) for name, statement in statements.items()
    }
    return MappingProxyType(filled)


def _without_comments(text: str) -> str:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return "\n".join(lines).strip()
