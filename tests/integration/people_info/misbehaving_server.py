"""A server on loopback that answers late, without end, not at all, or byte by byte, as its test says."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

PERSON = {"surname": "Ivanova", "name": "Anna", "address": "1 Main Street"}


def reply(
    body: bytes = json.dumps(PERSON).encode(), *, status: str = "200 OK", kind: str = "application/json", more: str = ""
) -> bytes:
    """Return the bytes of an HTTP reply; `more` holds further header lines."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class MisbehavingServer:
    """Serves each connection in a thread of its own: reads the request, then does `act`.

    `arrived` counts requests up as they come. `abandoned` is set when a caller ends a connection that the server still
    wants to use. `stopping` is set at the end, and no act outlives it.
    """

    def __init__(self, act: Callable[["MisbehavingServer", socket.socket], None]) -> None:
        self.act = act
        self.requests: list[bytes] = []
        self.arrived = threading.Semaphore(0)
        self.abandoned = threading.Event()
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]

    @property
    def address(self) -> str:
        host, port = self._listener.getsockname()
        return f"{host}:{port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the end
            while True:
                caller, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(caller,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, caller: socket.socket) -> None:
        with caller:
            try:
                self.requests.append(caller.recv(65536))
                self.arrived.release()
                self.act(self, caller)
            except OSError:
                self.abandoned.set()


def sends(answer: bytes) -> Callable[[MisbehavingServer, socket.socket], None]:
    """Answer at once."""
    return lambda _, caller: caller.sendall(answer)


def sends_byte_by_byte(answer: bytes, *, from_byte: int = 0) -> Callable[[MisbehavingServer, socket.socket], None]:
    """Answer byte by byte, so slowly that the whole takes many seconds, but never silent for long."""

    def act(server: MisbehavingServer, caller: socket.socket) -> None:
        caller.sendall(answer[:from_byte])
        for byte in answer[from_byte:]:
            caller.sendall(bytes([byte]))
            if server.stopping.wait(0.1):
                return

    return act


def sends_nothing(server: MisbehavingServer, caller: socket.socket) -> None:
    """Answer nothing, until the caller goes."""
    caller.settimeout(0.1)
    while not server.stopping.is_set():
        with contextlib.suppress(TimeoutError):
            if not caller.recv(1):
                raise ConnectionAbortedError


def sends_without_end(server: MisbehavingServer, caller: socket.socket) -> None:
    """Redirect, with a body that has no end."""
    caller.sendall(b"HTTP/1.1 302 Found\r\nLocation: /info\r\nContent-Type: application/json\r\n\r\n")
    while not server.stopping.is_set():
        caller.sendall(b"x" * 65536)
