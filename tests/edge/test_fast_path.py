"""The fast path: what goes by it, and what becomes of its requests when clients go and the server ends."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import pytest

from tests.fakes.handlers import CALLER, TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import Address, request, send, serving
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.edge import fair_queue
from timetrack.entrypoints.http.edge.exchange import Exchange
from timetrack.entrypoints.http.edge.fair_queue import CONCURRENCY_LIMIT, FairQueue
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


@contextmanager
def held(path: Recorded, address: Address) -> Iterator[None]:
    """Have as many requests under way as may be, which wait until the block is left."""
    answer: Future[Reply[Any]] = Future()
    path.handlers.answers["tasks.get"] = lambda *_, **__: wait_for(answer)
    connections = [socket.create_connection(address) for _ in range(CONCURRENCY_LIMIT)]
    try:
        for connection in connections:
            connection.sendall(request("/tasks/1", SIGNED_IN, close=False))
        while len(path.handlers.calls) < len(connections):
            pass
        yield
    finally:
        answer.set_result(Reply(body={}))
        for connection in connections:
            connection.close()


def test_whether_the_server_is_alive_is_told_ahead_of_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "SLOT_SECONDS", 3600)

    with recorded() as (path, address), held(path, address):
        (response,) = send(address, request("/health"))

    assert response.status == 200


def test_nothing_is_done_for_a_client_that_has_gone_while_it_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "SLOT_SECONDS", 3600)

    with recorded() as (path, address):
        with held(path, address):
            with socket.create_connection(address) as connection:
                connection.sendall(request("/tasks", SIGNED_IN))
                while len(path.served) <= CONCURRENCY_LIMIT:
                    pass
                # A reset: who only closes may still read, for all that the server knows.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            while not path.exchanges[-1].is_over:
                pass
        (other,) = send(address, request("/users/current", SIGNED_IN))

    assert other.status == 200
    assert "tasks.list" not in [call.operation_id for call, _ in path.handlers.calls]


def test_tokens_that_nobody_has_are_no_turns_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_queue, "SLOT_SECONDS", 3600)
    callers: list[object] = []

    def put(queue: FairQueue, caller: object, *rest: Any) -> None:  # noqa: ANN401 - as FairQueue.put
        callers.append(caller)
        real(queue, caller, *rest)

    real = FairQueue.put
    monkeypatch.setattr(FairQueue, "put", put)
    with recorded() as (_, address):
        for token in ("made-up", "up-made", TOKEN, TOKEN):
            send(address, request("/tasks/1", f"Authorization: Bearer {token}"))

    # By the address until it is known whose the token is.
    assert callers == ["127.0.0.1"] * 3 + [CALLER.user_id]


def test_who_goes_while_pieces_are_sent_has_their_maker_clean_up(shared: tuple[Recorded, Address]) -> None:
    path, address = shared
    closed: Future[None] = Future()

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 65_536
        finally:
            closed.set_result(None)

    path.handlers.answers["tasks.get"] = lambda *_, **__: Reply(body=pieces(), content_type="text/csv")
    with socket.create_connection(address) as connection:
        connection.sendall(request("/tasks/1", SIGNED_IN))
        connection.recv(1024)
    closed.result(30)
    path.handlers.reset()
