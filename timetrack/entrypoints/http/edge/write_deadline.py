"""A deadline for clients that do not read what is written for them."""

import asyncio


class WriteDeadline:
    """Aborts a transport of whose written bytes the client takes none for some seconds.

    It is looked at once in so many seconds, so that a client is cut off after one to two times as long. Closing would
    not do: a transport closes only when all that is written has gone.
    """

    __slots__ = ("_seconds", "_taken", "_timer", "_transport", "_written")

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._written = 0
        self._taken = 0
        self._timer: asyncio.TimerHandle | None = None

    def wrote(self, number: int) -> None:
        """Take note of so many bytes that were given to the transport."""
        self._written += number
        if self._timer is None and (left := self._transport.get_write_buffer_size()):
            self._watch(left)

    def _watch(self, left: int) -> None:
        self._taken = self._written - left
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def _look(self) -> None:
        self._timer = None
        left = self._transport.get_write_buffer_size()
        if not left:
            return
        if self._written - left == self._taken:
            self._transport.abort()
        else:
            self._watch(left)
