"""How connections end: what was asked is answered, and who waits for more is told that there will be none."""

import asyncio
import logging
import socket
from collections.abc import Iterator

import pytest
from starlette.types import Receive, Scope, Send

from tests.http_clients import Address, request, send, serving
from timetrack.entrypoints.http.edge.connection_limit import ConnectionLimit

_SLOWLY = 0.05


async def slow_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the request's path, late enough for whatever else has come to be read first."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await asyncio.sleep(_SLOWLY)
    body = scope["path"].encode()
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def server() -> Iterator[Address]:
    with serving(slow_app) as address:
        yield address


@pytest.fixture
def draining() -> Iterator[Address]:
    with serving(slow_app, is_draining=lambda: True) as address:
        yield address


def kept(*paths: str) -> bytes:
    return b"".join(request(path, close=False) for path in paths)


def all_of(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65_536), b""))


def heads(received: bytes) -> list[bool]:
    """Tell of each answer whether it says that it is the last one."""
    return [b"connection: close" in answer for answer in received.split(b"HTTP/1.1 200")[1:]]


@pytest.mark.parametrize("paths", [["/a"], ["/a", "/b", "/c"]])
def test_who_has_closed_one_half_gets_every_answer_and_then_the_end(
    server: Address, paths: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(server, timeout=10) as client:
        client.sendall(kept(*paths))
        client.shutdown(socket.SHUT_WR)
        received = all_of(client)

    assert heads(received) == [False] * (len(paths) - 1) + [True]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_request_that_breaks_off_is_not_answered_but_the_one_before_it(server: Address) -> None:
    with socket.create_connection(server, timeout=10) as client:
        client.sendall(kept("/a") + b"GET /b HTT")
        client.shutdown(socket.SHUT_WR)

        assert heads(all_of(client)) == [True]


def test_while_draining_an_answer_is_the_last_one_of_its_connection(draining: Address) -> None:
    with socket.create_connection(draining, timeout=10) as client:
        client.sendall(kept("/a"))

        assert heads(all_of(client)) == [True]


def test_while_draining_pipelined_requests_are_all_answered_and_the_last_answer_says_so(draining: Address) -> None:
    with socket.create_connection(draining, timeout=10) as client:
        client.sendall(kept("/a", "/b", "/c"))

        assert heads(all_of(client)) == [False, False, True]


def test_a_client_that_wants_the_end_itself_gets_it_while_draining_too(draining: Address) -> None:
    assert [response.body for response in send(draining, kept("/a"), request("/b"))] == [b"/a", b"/b"]


def test_an_address_has_so_many_connections_and_the_one_too_many_is_refused() -> None:
    with (
        serving(slow_app, connection_limit=ConnectionLimit(2, None)) as server,
        socket.create_connection(server, timeout=10) as first,
        socket.create_connection(server, timeout=10) as second,
    ):
        for client in (first, second):
            client.sendall(kept("/a"))
            assert client.recv(65_536)
        with socket.create_connection(server, timeout=10) as third:
            refused = all_of(third)
        first.sendall(request("/b"))
        all_of(first)
        answers = send(server, request("/c"))

    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nretry-after: 1\r\n" in refused
    assert b"\r\nconnection: close\r\n" in refused
    assert [answer.body for answer in answers] == [b"/c"]


def test_a_trusted_proxy_has_any_number_of_connections() -> None:
    with (
        serving(slow_app, connection_limit=ConnectionLimit(1, "127.0.0.0/8")) as server,
        socket.create_connection(server, timeout=10),
        socket.create_connection(server, timeout=10) as second,
    ):
        second.sendall(request("/a"))

        assert heads(all_of(second)) == [True]
