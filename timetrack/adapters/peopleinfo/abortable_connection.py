"""Connections that another thread can abort.

A timeout of `requests` is one for each read: a peer that sends a byte now and then, of its headers too, is never late.
So the thread that waits for the reply aborts the connection of the thread that reads it.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class AbortableConnection:
    """The connection of one call, once there is one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_aborted = False

    def connected(self, sock: socket.socket) -> None:
        """Take note of the connection; it is ended at once where `abort` came first."""
        with self._lock:
            self._socket = sock
            if self._is_aborted:
                self._shut_down()

    def abort(self) -> None:
        """End the connection, whatever is being read or written on it: its thread sees its end."""
        with self._lock:
            self._is_aborted = True
            self._shut_down()

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Take note of the connection that this thread makes in the block, and let go of it at the end."""
        _current.set(self)
        try:
            yield
        finally:
            with self._lock:
                self._socket = None

    def _shut_down(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # the peer may have closed it
                self._socket.shutdown(socket.SHUT_RDWR)


_current: ContextVar[AbortableConnection] = ContextVar("current_connection")


class AbortableAdapter(HTTPAdapter):
    """Hands each connection to the AbortableConnection in use once it is made; that has a timeout as a whole."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the signature of requests
        """See HTTPAdapter."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


class _Connection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _current.get().connected(self.sock)


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
