"""Writes that are gathered arrive whole, in order, and before the end."""

import asyncio
from collections.abc import Callable

from timetrack.entrypoints.http.edge.buffered_transport import BufferedTransport


class Wire(asyncio.Transport):
    """Remembers what it is told."""

    def __init__(self) -> None:
        super().__init__({"peername": "somebody"})
        self.told: list[bytes | str] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.told.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return 0

    def close(self) -> None:
        self.told.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.told

    def pause_reading(self) -> None:
        self.told.append("paused")


def told(story: Callable[[BufferedTransport], None]) -> list[bytes | str]:
    async def run() -> list[bytes | str]:
        wire = Wire()
        story(BufferedTransport(wire))
        await asyncio.sleep(0)
        return wire.told

    return asyncio.run(run())


def test_what_is_written_at_once_is_one_piece() -> None:
    def story(transport: BufferedTransport) -> None:
        transport.write(b"head")
        transport.write(b"body")

    assert told(story) == [b"headbody"]


def test_what_is_written_later_is_another_piece() -> None:
    async def run() -> list[bytes | str]:
        wire = Wire()
        transport = BufferedTransport(wire)
        for piece in (b"one", b"other"):
            transport.write(piece)
            await asyncio.sleep(0)
        return wire.told

    assert asyncio.run(run()) == [b"one", b"other"]


def test_the_end_comes_behind_what_was_written() -> None:
    def story(transport: BufferedTransport) -> None:
        transport.write(b"last words")
        transport.close()

    assert told(story) == [b"last words", "closed"]


def test_what_is_written_for_a_client_that_is_gone_meanwhile_is_dropped() -> None:
    async def run() -> list[bytes | str]:
        wire = Wire()
        BufferedTransport(wire).write(b"too late")
        wire.close()
        await asyncio.sleep(0)
        return wire.told

    assert asyncio.run(run()) == ["closed"]


def test_all_else_is_asked_of_the_transport_itself() -> None:
    def story(transport: BufferedTransport) -> None:
        transport.pause_reading()
        assert transport.get_extra_info("peername") == "somebody"

    assert told(story) == ["paused"]
