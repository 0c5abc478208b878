import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from timetrack.entrypoints.http.contract.operations import compile_operations
from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.edge.cross_origin import CrossOrigin
from timetrack.entrypoints.http.edge.guard import Guard

SCOPE: dict[str, Any] = {
    "type": "http",
    "path": "/a",
    "raw_path": b"/a",
    "query_string": b"",
    "headers": [],
    "client": None,
}
EMPTY = {"type": "http.request", "body": b"", "more_body": False}
GONE = {"type": "http.disconnect"}


async def answering(_: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def breaking_off(_: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ZeroDivisionError


async def ended_while_it_waits(_: Scope, _receive: Receive, _send: Send) -> None:
    raise asyncio.CancelledError


async def ended_while_it_answers(_: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise asyncio.CancelledError


def messages(app: ASGIApp, scope: dict[str, Any], *received: Message) -> Iterator[Message]:
    operations = compile_operations({"paths": {"/a": {"get": {"operationId": "a.get"}}}})
    guard = Guard(
        app,
        routes=Routes(operations),
        translate=lambda error: error,
        loopback_only=False,
        cross_origin=CrossOrigin(()),
    )
    incoming, sent = iter(received), []

    async def receive() -> Message:
        return next(incoming)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    yield from sent


def test_the_body_of_an_answer_to_head_stays_behind() -> None:
    start, body = messages(answering, SCOPE | {"method": "HEAD"}, EMPTY)

    assert (b"content-length", b"2") in start["headers"]
    assert body["body"] == b""


def test_a_client_that_leaves_before_it_has_asked_gets_no_answer() -> None:
    assert list(messages(answering, SCOPE | {"method": "GET"}, GONE)) == []


def test_an_answer_that_breaks_off_is_not_passed_off_as_whole() -> None:
    with pytest.raises(ZeroDivisionError):
        list(messages(breaking_off, SCOPE | {"method": "GET"}, EMPTY))


def test_who_still_waits_when_the_server_ends_is_told_so() -> None:
    start, body = messages(ended_while_it_waits, SCOPE | {"method": "GET"}, EMPTY)

    assert (start["status"], json.loads(body["body"])["code"]) == (503, "service_unavailable")
    assert {(b"retry-after", b"1"), (b"connection", b"close")} <= set(start["headers"])


def test_half_an_answer_is_not_passed_off_as_whole_when_the_server_ends() -> None:
    with pytest.raises(asyncio.CancelledError):
        list(messages(ended_while_it_answers, SCOPE | {"method": "GET"}, EMPTY))


def test_a_web_socket_is_refused() -> None:
    (message,) = messages(answering, {"type": "websocket"})

    assert message == {"type": "websocket.close", "code": 1008}
