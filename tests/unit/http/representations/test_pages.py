"""A page says how the next one is asked for."""

import pytest

from timetrack.domain.errors import CursorMalformedError
from timetrack.domain.model.lists import Key, Page, PageRequest
from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.representations.pages import Pages

TASKS = Pages("tasks")
CALL = Call(
    operation_id="tasks.list", path="/tasks", query="limit=2&cursor=old&description=a%26b", headers={}, request_id="r"
)


def page(next_after: Key | None) -> Page[int]:
    return Page(items=[1, 2], next_after=next_after)


def test_the_items_are_written_and_the_last_page_leads_nowhere() -> None:
    reply = TASKS.reply(CALL, page(None), str)

    assert reply.body == {"items": ["1", "2"], "next_cursor": None}
    assert reply.headers == {}


def test_the_next_page_is_the_same_query_behind_this_one() -> None:
    reply = TASKS.reply(CALL, page((7, 2)), str)
    cursor = reply.body["next_cursor"]

    assert reply.headers == {"Link": f'</tasks?limit=2&description=a%26b&cursor={cursor}>; rel="next"'}
    assert TASKS.request(2, cursor) == PageRequest(limit=2, after=(7, 2))


def test_a_cursor_of_another_list_is_refused() -> None:
    cursor = TASKS.reply(CALL, page((7, 2)), str).body["next_cursor"]

    with pytest.raises(CursorMalformedError):
        Pages("users").request(2, cursor)


def test_no_cursor_is_the_first_page() -> None:
    assert TASKS.request(20, None) == PageRequest(limit=20)
