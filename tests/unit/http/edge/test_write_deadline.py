"""Who reads nothing is cut off, and who reads slowly is not."""

import asyncio
import socket

import pytest

from timetrack.entrypoints.http.edge.write_deadline import WriteDeadline

SECONDS = 0.01


class Lost(asyncio.Protocol):
    """Tells when the connection is lost."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.lost.set()


@pytest.mark.parametrize("left", [1, 1_000_000], ids=["the last bytes", "more than the high-water mark"])
def test_a_client_that_reads_nothing_is_cut_off(left: int) -> None:
    async def run() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            transport, protocol = await asyncio.get_running_loop().create_connection(Lost, sock=ours)
            deadline = WriteDeadline(transport, SECONDS)
            while transport.get_write_buffer_size() < left:
                transport.write(b"x" * 1000)
                deadline.wrote(1000)
            transport.close()  # which waits for the client

            assert await asyncio.wait_for(protocol.lost.wait(), 10)

    asyncio.run(run())


class Slow(asyncio.Transport):
    """Has a client that takes a byte each time that somebody looks."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left
        self.empty = asyncio.Event()
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        self._left -= 1
        if not self._left:
            self.empty.set()
        return self._left

    def abort(self) -> None:
        self.aborted = True
        self.empty.set()


def test_a_client_that_reads_slowly_gets_all() -> None:
    async def run() -> bool:
        transport = Slow(6)
        WriteDeadline(transport, SECONDS).wrote(6)
        await asyncio.wait_for(transport.empty.wait(), 10)
        return transport.aborted

    assert not asyncio.run(run())
