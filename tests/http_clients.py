"""HTTP clients for an ASGI application: in this process, or over a real socket, where bytes go as they are."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import httpx
import uvicorn
from starlette.types import ASGIApp

from timetrack.entrypoints.http.edge.protocol import ProblemProtocol

Address = tuple[str, int]
_PATIENCE = 10
_LOOPBACK = ("127.0.0.1", 1)


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - JSON holds anything
        return json.loads(self.body)


def ask(app: ASGIApp, method: str, target: str, client: Address = _LOOPBACK, **options: Any) -> httpx.Response:  # noqa: ANN401
    """Ask without a socket; `options` are httpx's."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            return await http.request(method, target, **options)

    return asyncio.run(asked())


@contextmanager
def serving(app: ASGIApp, **of_protocol: Any) -> Iterator[Address]:  # noqa: ANN401 - what ProblemProtocol takes
    """Serve on a free port until the block is left, by the application's fast path where it has one."""
    of_protocol = {"fast_path": getattr(app, "fast_path", None), **of_protocol}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app,
            http=cast("type[ProblemProtocol]", partial(ProblemProtocol, **of_protocol)),
            ws="none",
            lifespan="on",
            log_config=None,
            proxy_headers=False,
            reset_contextvars=True,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def send(address: Address, *requests: bytes) -> list[Response]:
    """Send requests in one go, pipelined; the last one has to close the connection. Return all responses."""
    with socket.create_connection(address, timeout=_PATIENCE) as connection:
        connection.sendall(b"".join(requests))
        received = b"".join(iter(lambda: _receive(connection), b""))
    return list(_responses(received))


def request(target: bytes | str, *headers: str, method: str = "GET", body: bytes = b"", close: bool = True) -> bytes:
    """Write a request; a length is added to a body unless a header says how it is framed."""
    lines = [f"{method} ".encode() + (target.encode() if isinstance(target, str) else target) + b" HTTP/1.1"]
    lines += [header.encode("latin-1") for header in ("Host: localhost", *headers)]
    if body and not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(b"Content-Length: %d" % len(body))
    if close:
        lines.append(b"Connection: close")
    return b"\r\n".join([*lines, b"", body])


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        # The server has answered and closed without reading the rest of a body that it refused.
        return b""


def _responses(received: bytes) -> Iterator[Response]:
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers.get("content-length", 0))
        yield Response(int(status_line.split()[1]), headers, received[:length])
        received = received[length:]
