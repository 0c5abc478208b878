"""However the server is told to end, the application's lifespan ends before it, and requests are answered."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from itertools import permutations
from typing import Any
from unittest.mock import AsyncMock

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.fakes.handlers import FakeHandlers, fake_authenticate
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.edge.exchange import FastPath
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.server import web
from timetrack.entrypoints.server.drain_period import DrainPeriod
from timetrack.entrypoints.server.web import WebServer
from timetrack.waiting import wait_for

PARENT_GONE = list(permutations((signal.SIGINT, signal.SIGTERM)))
"""When its parent is killed, a worker gets one from its own watch and one from the kernel, in either order."""

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class App:
    """Answers 200 when it is let; keeps what it is told of its lifespan."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGIApp."""
        if scope["type"] == "http":
            self.asked.set()
            await self.may_answer.wait()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})
        while scope["type"] == "lifespan":
            message: Message = await receive()
            self.said.append(message["type"])
            await send({"type": f"{message['type']}.complete"})


class WithLateClient(WebServer):
    """May have a client who connects in the very moment in which the server has decided to end."""

    has_late_client = False
    late: socket.socket

    async def on_tick(self, counter: int) -> bool:
        ends = await super().on_tick(counter)
        if ends and self.has_late_client:
            self.late = socket.create_connection(self.servers[0].sockets[0].getsockname())
            self.late.sendall(REQUEST)
        return ends


@asynccontextmanager
async def serving(
    app: ASGIApp, drain_period: DrainPeriod, keep_alive: int = 65, fast_path: FastPath | None = None
) -> AsyncIterator[tuple["WithLateClient", int]]:
    """Yield a server and its port; the end of the block waits for the server's."""
    server = WithLateClient(
        app, drain_period, trusted_proxies=None, on_ready=lambda: None, keep_alive=keep_alive, fast_path=fast_path
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        running = asyncio.ensure_future(server._serve(sockets=[listener]))  # noqa: SLF001 - without its signals
        await until(lambda: server.started)
        yield server, port
        await running


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.001)


@pytest.mark.parametrize(
    "signals", [*PARENT_GONE, (signal.SIGINT,), (signal.SIGHUP,), (signal.SIGTERM,) * 3, (signal.SIGINT,) * 2]
)
def test_the_lifespan_ends_whatever_signals_come(signals: tuple[signal.Signals, ...]) -> None:
    async def serve() -> list[str]:
        app = App()
        async with serving(app, DrainPeriod(0)) as (server, _):
            for each in signals:
                server.handle_exit(each, None)
        return app.said

    said = asyncio.run(asyncio.wait_for(serve(), 30))

    assert said == ["lifespan.startup", "lifespan.shutdown"]


def test_an_idle_connection_is_closed_when_its_time_is_over() -> None:
    async def serve() -> bytes:
        app = App()
        app.may_answer.set()
        async with serving(app, DrainPeriod(0), keep_alive=1) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            received = await reader.read()
            writer.close()
            server.handle_exit(signal.SIGTERM, None)
        return received

    received = asyncio.run(asyncio.wait_for(serve(), 30))

    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" not in received


def test_a_connection_that_has_been_silent_so_far_is_answered_when_the_port_is_closed() -> None:
    async def serve() -> bytes:
        app = App()
        app.may_answer.set()
        async with serving(app, DrainPeriod(0)) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await until(lambda: bool(server.server_state.connections))
            server.handle_exit(signal.SIGTERM, None)
            await until(lambda: not server.servers[0].is_serving())
            writer.write(REQUEST)
            received = await reader.read()
            writer.close()
        return received

    received = asyncio.run(asyncio.wait_for(serve(), 30))

    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in received


@pytest.mark.parametrize("handshake", [web._HANDSHAKE_SECONDS, 0], ids=["at once", "when the loop is late"])  # noqa: SLF001
def test_who_connects_when_the_server_has_decided_to_end_is_answered(
    handshake: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_HANDSHAKE_SECONDS", handshake)

    async def serve() -> bytes:
        app = App()
        app.may_answer.set()
        async with serving(app, DrainPeriod(0)) as (server, _):
            server.has_late_client = True
            server.handle_exit(signal.SIGTERM, None)
        with server.late as late:
            return late.recv(65_536)

    assert asyncio.run(asyncio.wait_for(serve(), 30)).startswith(b"HTTP/1.1 200 ")


def test_a_request_that_began_before_the_signal_is_told_that_it_is_the_last_one_of_its_connection() -> None:
    async def serve() -> bytes:
        app = App()
        period = DrainPeriod(60)
        async with serving(app, period) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            await app.asked.wait()
            server.handle_exit(signal.SIGTERM, None)
            await until(lambda: server._announced)  # noqa: SLF001 - nothing else tells of it
            app.may_answer.set()
            received = await reader.read()
            writer.close()
            server.handle_exit(signal.SIGINT, None)
        return received

    assert b"\r\nconnection: close\r\n" in asyncio.run(asyncio.wait_for(serve(), 30))


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param((signal.SIGTERM, signal.SIGTERM, signal.SIGINT), id="a service manager says it too"),
        pytest.param((signal.SIGINT, signal.SIGTERM), id="the parent's both at once"),
    ],
)
def test_the_last_requests_are_answered_whatever_the_signals(signals: tuple[signal.Signals, ...]) -> None:
    async def serve() -> bytes:
        app = App()
        async with serving(app, DrainPeriod(60)) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            await app.asked.wait()
            for sig in signals:
                server.handle_exit(sig, None)
            await until(lambda: not server.servers[0].is_serving())
            assert not server.force_exit
            app.may_answer.set()
            received = await reader.read()
            writer.close()
        return received

    assert asyncio.run(asyncio.wait_for(serve(), 30)).startswith(b"HTTP/1.1 200 ")


def test_drain_period_and_last_requests_share_one_deadline() -> None:
    now = [0.0]

    async def serve() -> tuple[bytes, list[str]]:
        app = App()
        period = DrainPeriod(8, lambda: now[0])
        async with serving(app, period) as (server, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(REQUEST)
            await app.asked.wait()
            server.handle_exit(signal.SIGTERM, None)
            now[0] = 8.74
            # It is never answered, so the time is over.
            received = await reader.read()
            writer.close()
        return received, app.said

    received, said = asyncio.run(asyncio.wait_for(serve(), 7))

    assert received.startswith(b"HTTP/1.1 500 ")
    assert said == ["lifespan.startup", "lifespan.shutdown"]


def test_whoever_has_no_answer_by_the_deadline_is_told_so_and_the_lifespan_ends() -> None:
    said, now, never = [], [0.0], Future[Reply[Any]]()

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        yield
        said.append("ended")

    async def serve() -> list[bytes]:
        handlers = FakeHandlers()
        handlers.answers["health.alive"] = lambda *_, **__: wait_for(never)
        app = create_app(handlers=handlers, authenticate=fake_authenticate, lifespan=lifespan)
        async with serving(app, DrainPeriod(8, lambda: now[0]), fast_path=app.fast_path) as (server, port):
            clients = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
            for _, writer in clients:
                writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await until(lambda: len(handlers.calls) == len(clients))
            server.handle_exit(signal.SIGTERM, None)
            now[0] = 8.74
            received = [await reader.read() for reader, _ in clients]
            for _, writer in clients:
                writer.close()
        return received

    received = asyncio.run(asyncio.wait_for(serve(), 20))

    assert [answer.partition(b"\r\n")[0] for answer in received] == [b"HTTP/1.1 503 Service Unavailable"] * 3
    assert said == ["ended"]


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("192.0.2.1", "198.51.100.7"),
        ("::ffff:192.0.2.1", "198.51.100.7"),
        ("::ffff:192.0.2.2", "::ffff:192.0.2.2"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_a_trusted_proxy_is_known_also_where_the_socket_shows_ipv4_as_ipv6(peer: str, client: str) -> None:
    seen: list[str] = []

    async def app(scope: Scope, _: Receive, __: Send) -> None:
        seen.append(scope["client"][0])

    config = WebServer(
        app,
        DrainPeriod(0),
        trusted_proxies="192.0.2.1",
        on_ready=lambda: None,
    ).config
    config.load()
    headers = [(b"x-forwarded-for", b"198.51.100.7, ::ffff:192.0.2.1")]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    asyncio.run(config.loaded_app(scope, AsyncMock(), AsyncMock()))

    assert seen == [client]
