"""Statements in PostgreSQL's own notation: `%(name)s` becomes `$1`."""

import re
from dataclasses import dataclass
from functools import cache
from typing import LiteralString

_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(%))")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's text, and the names of its parameters in the order of their numbers."""

    text: bytes
    names: tuple[str, ...]


@cache  # there are as many as the files in `sql/` hold
def statement_of(query: LiteralString) -> Statement:
    """Return a query with named placeholders as a statement; `%%` stands for a percent sign."""
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        name = match[1]
        return "%" if name is None else f"${numbers.setdefault(name, len(numbers) + 1)}"

    return Statement(_PLACEHOLDER.sub(numbered, query).encode(), tuple(numbers))


def looked_up_alone(query: LiteralString, value: object) -> dict[str, object]:
    """Return the parameters of a lookup by one value."""
    (name,) = statement_of(query).names
    return {name: value}


@cache
def looked_up_together(query: LiteralString) -> Statement:
    """Return a lookup by one value as one by many: the parameter `values` is an array of them.

    Each row has the place of its value in the array, from 1, in front of the query's columns. OFFSET 0 keeps each
    value's search apart: else PostgreSQL may join, and read the whole of a small table.
    """
    alone = statement_of(query)
    if len(alone.names) != 1:
        raise ValueError("a lookup is by one value")
    each = alone.text.replace(b"$1", b"asked.value")
    asked = b"SELECT asked.place, found.* FROM unnest($1) WITH ORDINALITY AS asked (value, place)"
    return Statement(b"%b CROSS JOIN LATERAL (%b OFFSET 0) AS found" % (asked, each), ("values",))
