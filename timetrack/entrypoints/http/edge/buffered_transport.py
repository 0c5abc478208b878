"""A transport that buffers writes, so that the head and the body of a response are sent as one packet."""

import asyncio
from typing import Any

from timetrack.entrypoints.http.edge.write_deadline import WriteDeadline

WRITE_TIMEOUT = 10.0
"""The seconds in which a client has to take some of what waits for it; else it would hold that for ever."""


class BufferedTransport:
    """Buffers writes and sends them in one system call on the event loop's next turn; delegates all else."""

    __slots__ = ("_deadline", "_loop", "_pieces", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._pieces: list[bytes] = []
        self._deadline = WriteDeadline(transport, WRITE_TIMEOUT)

    def write(self, piece: bytes) -> None:
        """See asyncio.WriteTransport.write."""
        if not self._pieces:
            self._loop.call_soon(self.flush)
        self._pieces.append(piece)

    def close(self) -> None:
        """See asyncio.BaseTransport.close."""
        self.flush()
        self._transport.close()

    def flush(self) -> None:
        """Send what is buffered, now; where the client is gone, drop it."""
        if self._pieces:
            written, self._pieces = b"".join(self._pieces), []
            if not self._transport.is_closing():
                self._transport.write(written)
                self._deadline.wrote(len(written))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        return getattr(self._transport, name)
