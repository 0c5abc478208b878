"""What an answer is written in goes out together: one system call and one packet, where its head had one of its own."""

import asyncio
from typing import Any


class BufferedTransport:
    """A transport over another one, which gets what is written when the event loop has run what it has to run now.

    What it is asked besides it passes on.
    """

    __slots__ = ("_loop", "_pieces", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._pieces: list[bytes] = []

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
        """Pass on now what was written."""
        if self._pieces:
            written, self._pieces = b"".join(self._pieces), []
            self._transport.write(written)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a transport has
        return getattr(self._transport, name)
