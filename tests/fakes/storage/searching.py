"""Filtering and paging in memory."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from timetrack.domain.model.lists import Page, PageRequest


class _Identified(Protocol):
    @property
    def id(self) -> int: ...


Item = TypeVar("Item", bound=_Identified)


def contains(text: str | None, part: str | None) -> bool:
    """Return whether the part occurs, in any case; None as the part does not filter, and as the text has no part."""
    return part is None or (text is not None and part.lower() in text.lower())


def page_of(items: Iterable[Item], page: PageRequest) -> Page[Item]:
    """Cut the page out of the items, by ascending id."""
    after = page.after[0] if page.after else 0
    behind = sorted((item for item in items if item.id > after), key=lambda item: item.id)
    return Page.cut(behind[: page.limit + 1], page.limit, lambda item: (item.id,))
