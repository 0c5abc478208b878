"""Pages of lists: the items, and the cursor and link of the next page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from typing_extensions import TypedDict

from timetrack.domain.model.lists import Page, PageRequest
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.representations import cursors

Item = TypeVar("Item")
Json = TypeVar("Json")


class PageBody(TypedDict, Generic[Json], closed=True):
    """A page as JSON; the contract's pages differ in their items only."""

    items: list[Json]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one list; its name is part of the cursors, so that other lists refuse them."""

    list_name: str

    def request(self, limit: int, cursor: str | None) -> PageRequest:
        """Return which page is asked for.

        Raises:
            CursorMalformedError: this list did not give out the cursor.
        """
        return PageRequest(limit=limit, after=None if cursor is None else cursors.decode(self.list_name, cursor))

    def reply(self, call: Call, page: Page[Item], to_json: Callable[[Item], Json]) -> Reply[PageBody[Json]]:
        """Return the page, with the cursor of the next one, if there is one, in the body and in `Link`."""
        cursor = None if page.next_after is None else cursors.encode(self.list_name, page.next_after)
        body: PageBody[Json] = {"items": [to_json(item) for item in page.items], "next_cursor": cursor}
        return Reply(body=body, headers={} if cursor is None else {"Link": _next_link(call, cursor)})


def _next_link(call: Call, cursor: str) -> str:
    """Return the link to the next page (RFC 8288): the same query, but for the cursor."""
    others = [(name, value) for name, value in parse_qsl(call.query) if name != "cursor"]
    return f'<{call.path}?{urlencode([*others, ("cursor", cursor)])}>; rel="next"'
