"""The stores' statements, as the connections send them: `%(name)s` has become `$1`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import LiteralString

from timetrack.adapters.postgres import queries

_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(%))")


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement's text, and the names of its parameters in the order of their numbers; equal to itself alone.

    One that is `shared` goes over a connection that many requests use at once: it finds what it needs by an index, so
    that it holds up nobody behind it. The files in `sql/` say which, and why.
    """

    text: bytes
    names: tuple[str, ...] = ()
    shared: bool = False

    @classmethod
    def of(cls, query: LiteralString, *, shared: bool = False) -> "Statement":
        """Make one of a query with named placeholders; `%%` stands for a percent sign."""
        numbers: dict[str, int] = {}

        def numbered(match: re.Match[str]) -> str:
            name = match[1]
            return "%" if name is None else f"${numbers.setdefault(name, len(numbers) + 1)}"

        return cls(_PLACEHOLDER.sub(numbered, query).encode(), tuple(numbers), shared)

    def unshared(self) -> "Statement":
        """Return the same statement, for parameters that make it a long one."""
        return replace(self, shared=False)


def load(file: str) -> Mapping[str, Statement]:
    """Return the statements of a file in `sql/` by name.

    Raises:
        StatementFileError: the file breaks the rules of `queries`.
    """
    shared = queries.shared(file)
    return MappingProxyType(
        {name: Statement.of(query, shared=name in shared) for name, query in queries.load(file).items()}
    )


@cache  # there are as many as the files in `sql/` hold
def lookup_batch(statement: Statement) -> Statement:
    """Return a lookup by one value as one by many: the parameter `values` is an array of them.

    Each row has the place of its value in the array, from 1, in front of the query's columns. OFFSET 0 keeps each
    value's search apart: else PostgreSQL may join, and read the whole of a small table.
    """
    if len(statement.names) != 1:
        raise ValueError("a lookup is by one value")
    each = statement.text.replace(b"$1", b"asked.value")
    asked = b"SELECT asked.place, found.* FROM unnest($1) WITH ORDINALITY AS asked (value, place)"
    return Statement(b"%b CROSS JOIN LATERAL (%b OFFSET 0) AS found" % (asked, each), ("values",), shared=True)
