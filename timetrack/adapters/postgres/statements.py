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
