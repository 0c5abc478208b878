"""Pages and preconditions."""

import pytest

from timetrack.domain.errors import VersionMismatchError
from timetrack.domain.model.lists import Page
from timetrack.domain.model.versions import UNCONDITIONAL, Precondition


@pytest.mark.parametrize(
    ("items", "page"),
    [
        ([], Page(items=[], next_after=None)),
        ([1], Page(items=[1], next_after=None)),
        ([1, 2], Page(items=[1, 2], next_after=None)),
        ([1, 2, 3], Page(items=[1, 2], next_after=(2,))),
    ],
)
def test_one_item_too_many_tells_that_there_is_a_next_page(items: list[int], page: Page[int]) -> None:
    assert Page.cut(items, 2, lambda item: (item,)) == page


@pytest.mark.parametrize("accepted", [UNCONDITIONAL, Precondition(frozenset({3})), Precondition(frozenset({2, 3}))])
def test_a_version_that_is_accepted_passes(accepted: Precondition) -> None:
    accepted.check(3)


@pytest.mark.parametrize("accepted", [Precondition(frozenset()), Precondition(frozenset({2, 4}))])
def test_a_version_that_is_not_accepted_is_refused(accepted: Precondition) -> None:
    with pytest.raises(VersionMismatchError):
        accepted.check(3)
