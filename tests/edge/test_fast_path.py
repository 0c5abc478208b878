"""The fast path: what goes by it, and what becomes of its requests when clients go and the server ends."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import Address, request, send, serving
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.edge.exchange import Exchange
from timetrack.entrypoints.http.edge.forwarded import behind_proxies
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.waiting import wait_for

SIGNED_IN = f"Authorization: Bearer {TOKEN}"
JSON = "Content-Type: application/json"


class Recorded:
    """The fast path of an application over fake handlers, with what it said of each request."""

    def __init__(self, wrap: Callable[[Any], Any] = lambda path: path) -> None:
        self.handlers = FakeHandlers()
        self.app = create_app(handlers=self.handlers, authenticate=fake_authenticate, origins=["https://a.example"])
        assert self.app.fast_path is not None
        self._serve = wrap(self.app.fast_path)
        self.served: list[bool] = []
        self.exchanges: list[Exchange] = []

    def __call__(self, exchange: Exchange) -> bool:
        self.exchanges.append(exchange)
        self.served.append(self._serve(exchange))
        return self.served[-1]


@contextmanager
def recorded(wrap: Callable[[Any], Any] = lambda path: path) -> Iterator[tuple[Recorded, Address]]:
    path = Recorded(wrap)
    with serving(path.app, fast_path=path) as address:
        yield path, address


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Recorded, Address]]:
    with recorded() as both:
        yield both


@pytest.mark.parametrize(
    ("raw", "status", "served"),
    [
        (request("/tasks/1", SIGNED_IN), 200, [True]),
        (request("/tasks/1", SIGNED_IN, method="HEAD"), 200, [True]),
        (request("/tasks/1"), 401, [True]),
        (request("/tasks", SIGNED_IN, JSON, method="POST", body=b'{"description": "x"}'), 201, [True]),
        (request("/tasks", SIGNED_IN, JSON, method="POST", body=b"x"), 400, [True]),
        (request("/nothing", SIGNED_IN), 404, [False]),
        (request("/ui/"), 200, [False]),
        (
            request("/tasks", "Origin: https://a.example", "Access-Control-Request-Method: GET", method="OPTIONS"),
            204,
            [False],
        ),
        (request("/tasks", SIGNED_IN, JSON, method="POST", body=b"x" * 70_000), 413, [False]),
    ],
    ids=["read", "head", "refused", "write", "wrong", "unknown", "documentation", "preflight", "too large"],
)
def test_what_has_come_whole_and_is_compiled_goes_by_it(
    shared: tuple[Recorded, Address], raw: bytes, status: int, served: list[bool]
) -> None:
    path, address = shared
    path.served.clear()

    (response,) = send(address, raw)

    assert (response.status, path.served) == (status, served)


@pytest.mark.parametrize(
    ("target", "status", "kept"), [("/tasks/1", 200, "private, no-cache"), ("/tasks/1?limit=1", 400, "no-store")]
)
def test_pages_and_caches_are_told_what_they_may_do(
    shared: tuple[Recorded, Address], target: str, status: int, kept: str
) -> None:
    path, address = shared
    path.served.clear()

    (response,) = send(address, request(target, SIGNED_IN, "Origin: https://a.example"))

    assert (response.status, path.served) == (status, [True])
    assert response.headers["access-control-allow-origin"] == "https://a.example"
    assert response.headers["cache-control"] == kept


def test_a_body_that_comes_later_is_waited_for_by_the_guard(shared: tuple[Recorded, Address]) -> None:
    path, address = shared
    path.served.clear()
    raw = request("/tasks", SIGNED_IN, JSON, "Expect: 100-continue", method="POST", body=b'{"description": "x"}')
    head, body = raw[: raw.index(b"{")], raw[raw.index(b"{") :]

    with socket.create_connection(address) as connection:
        connection.sendall(head)
        answer = connection.makefile("rb")
        assert answer.readline().startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert b"HTTP/1.1 201 Created" in answer.read()

    assert path.served == []


def test_pipelined_requests_go_by_it_one_after_the_other(shared: tuple[Recorded, Address]) -> None:
    path, address = shared
    path.served.clear()
    one = request("/tasks/1", SIGNED_IN, close=False)

    responses = send(address, one, one, request("/tasks/1", SIGNED_IN))

    assert [response.status for response in responses] == [200] * 3
    assert path.served == [True] * 3


def test_behind_a_trusted_proxy_the_client_is_the_one_that_it_names() -> None:
    peers: list[str | None] = []

    def alive(call: Call) -> Reply[Any]:
        peers.append(call.peer)
        return Reply(body={"status": "ok"})

    with recorded(lambda path: behind_proxies("127.0.0.1", path)) as (path, address):
        path.handlers.answers["health.alive"] = alive
        send(address, request("/health", "X-Forwarded-For: 192.0.2.7"))

    assert peers == ["192.0.2.7"]


def test_who_has_no_answer_when_the_server_ends_is_told_so_and_gets_no_second_one() -> None:
    answer: Future[Reply[Any]] = Future()
    asked: Future[asyncio.AbstractEventLoop] = Future()

    def alive(_: Call) -> Reply[Any]:
        asked.set_result(asyncio.get_running_loop())
        return wait_for(answer)

    with recorded() as (path, address), socket.create_connection(address) as connection:
        path.handlers.answers["health.alive"] = alive
        connection.sendall(request("/health", close=False))
        # As uvicorn cancels its tasks when it waits no longer.
        asked.result().call_soon_threadsafe(path.exchanges[-1].cancel)
        received = connection.makefile("rb").read()
        answer.set_result(Reply(body={"status": "ok"}))
        (other,) = send(address, request("/tasks/1", SIGNED_IN))

    assert received.startswith(b"HTTP/1.1 503 ")
    assert received.count(b"HTTP/1.1") == received.count(b"connection: close") == 1
    assert other.status == 200


def test_a_client_that_goes_before_its_answer_harms_nobody() -> None:
    answer: Future[Reply[Any]] = Future()
    asked: Future[None] = Future()

    def alive(_: Call) -> Reply[Any]:
        asked.set_result(None)
        return wait_for(answer)

    with recorded() as (path, address):
        path.handlers.answers["health.alive"] = alive
        with socket.create_connection(address) as connection:
            connection.sendall(request("/health"))
            asked.result()
        answer.set_result(Reply(body={"status": "ok"}))
        (other,) = send(address, request("/tasks/1", SIGNED_IN))

    assert other.status == 200


def test_a_body_in_pieces_is_sent_whole(shared: tuple[Recorded, Address]) -> None:
    path, address = shared
    pieces = [b"%d," % number for number in range(100)]
    path.handlers.answers["reports.user"] = lambda *_, **__: Reply(body=iter(pieces), content_type="text/csv")
    march = b'{"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}'

    with socket.create_connection(address) as connection:
        connection.sendall(request("/users/7/report", SIGNED_IN, JSON, method="POST", body=march))
        received = connection.makefile("rb").read()
    path.handlers.reset()

    assert received.startswith(b"HTTP/1.1 200 ")
    assert all(b"\r\n" + piece + b"\r\n" in received for piece in pieces)
