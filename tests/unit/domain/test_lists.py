"""Pages of lists."""

import pytest

from timetrack.domain.model.lists import Page


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
