"""Keyset pagination: each page of a list is found by the key of the last item before it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Key = tuple[int, ...]
"""The position of an item in its list's total order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """At most `limit` items that come behind the key `after`; None is the beginning."""

    limit: int
    after: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some items in order; `next_after` is the key to go on behind, None at the end."""

    items: Sequence[Item]
    next_after: Key | None

    @classmethod
    def cut(cls, items: Sequence[Item], limit: int, key: Callable[[Item], Key]) -> "Page[Item]":
        """Make a page of `limit` items from up to one more, which only tells whether there is a next page."""
        page = items[:limit]
        return cls(items=page, next_after=key(page[-1]) if len(items) > limit else None)
