"""The service on a listening socket, until a signal ends it."""

import asyncio
import socket

import uvicorn

from timetrack.entrypoints.peopleinfo.app import create_app


def serve(listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; say on stdout where, as soon as requests are answered."""
    stopping = asyncio.Event()
    config = uvicorn.Config(
        create_app(stopping),
        lifespan="on",
        loop="asyncio",
        ws="none",
        log_config=None,
        access_log=False,  # its lines would hold national IDs
        server_header=False,
        reset_contextvars=True,
    )
    _Server(config, stopping).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            print(f"people-info on {_url(listener)}", flush=True)  # noqa: T201 - for whoever has started it

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping.set()
        await super().shutdown(sockets)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"
