"""However the server is told to end, the application's lifespan ends before it."""

import asyncio
import signal
import socket
from itertools import permutations

import pytest
from starlette.types import Message, Receive, Scope, Send

from timetrack.entrypoints.server.drain_period import DrainPeriod
from timetrack.entrypoints.server.web import WebServer

PARENT_GONE = list(permutations((signal.SIGINT, signal.SIGTERM)))
"""When its parent is killed, a worker gets one from its own watch and one from the kernel, in either order."""


@pytest.mark.parametrize("signals", [*PARENT_GONE, (signal.SIGINT,), (signal.SIGTERM,) * 3])
def test_the_lifespan_ends_whatever_signals_come(signals: tuple[signal.Signals, ...]) -> None:
    said: list[str] = []

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            said.append(message["type"])
            await send({"type": f"{message['type']}.complete"})

    async def serve() -> None:
        server = WebServer(app, DrainPeriod(0), trusted_proxies=None, on_ready=lambda: None)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            serving = asyncio.ensure_future(server._serve(sockets=[listener]))  # noqa: SLF001 - without its signals
            while not server.started:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.001)
            for each in signals:
                server.handle_exit(each, None)
            await serving

    asyncio.run(asyncio.wait_for(serve(), 30))

    assert said == ["lifespan.startup", "lifespan.shutdown"]
