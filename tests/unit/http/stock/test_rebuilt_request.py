"""What Connexion's stack gets to see of a request."""

import asyncio
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.stock.rebuilt_request import RebuiltRequest

GONE = {"type": "http.disconnect"}


def restated(scope: dict[str, Any], body: bytes = b"", **headers: str) -> tuple[Scope, list[Message]]:
    """Return the scope and the messages that the stack gets."""
    scope = {"type": "http", "extensions": {}, **scope}
    context = RequestContext(method="HEAD", path="/a", query=b"", headers=headers, request_id="r", body=body)
    context.put_into(scope)
    seen: list[Scope] = []
    messages: list[Message] = []

    async def stack(inner: Scope, receive: Receive, _: Send) -> None:
        seen.append(inner)
        messages.extend([await receive(), await receive()])

    async def receive() -> Message:
        return GONE

    async def send(_: Message) -> None:
        raise AssertionError

    asyncio.run(RebuiltRequest(stack)(scope, receive, send))
    return seen[0], messages


def test_requests_do_not_share_what_servers_let_them_share() -> None:
    of_the_server: dict[str, Any] = {}

    one, other = (restated({"extensions": of_the_server})[0] for _ in range(2))
    one["extensions"]["who"] = "me"

    assert other["extensions"] == of_the_server == {}


def test_the_body_comes_whole_and_once_whatever_it_came_in() -> None:
    scope, messages = restated({}, b"{}", **{"transfer-encoding": "chunked", "content-type": "application/json"})

    assert messages == [{"type": "http.request", "body": b"{}", "more_body": False}, GONE]
    assert dict(scope["headers"]) == {b"content-type": b"application/json", b"content-length": b"2"}


def test_head_is_served_as_get() -> None:
    scope, _ = restated({"method": "HEAD"})

    assert scope["method"] == "GET"


def test_what_is_no_request_is_passed_on_as_it_is() -> None:
    seen: list[Scope] = []

    async def stack(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    lifespan = {"type": "lifespan"}
    asyncio.run(RebuiltRequest(stack)(lifespan, None, None))  # type: ignore[arg-type]  # nobody asks them

    assert seen == [lifespan]
