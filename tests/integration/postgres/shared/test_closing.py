"""The storage closes, and the program ends, also while it connects to a server that never answers."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.waiting import Offload


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A database URL at which connections are accepted, and nothing more."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"postgresql://nobody@127.0.0.1:{listener.getsockname()[1]}/none"


def test_an_event_loop_ends_while_connections_are_being_made(silent_server: str) -> None:
    """The pools' own tasks pass over being cancelled while they connect: each has to be told to stop."""

    async def open_and_close() -> None:
        offload = Offload("rows", 1)
        storage = PostgresStorage(silent_server, PoolLimits(), offload, pipelines=2)
        async with storage.open():
            await asyncio.sleep(0.1)  # by now they connect; the test holds also if they do not yet
        offload.close()

    program = threading.Thread(target=asyncio.run, args=(open_and_close(),), daemon=True)
    program.start()
    program.join(25)

    assert not program.is_alive()
