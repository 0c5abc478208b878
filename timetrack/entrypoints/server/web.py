"""uvicorn, with an end that is announced before it comes."""

import asyncio
import select
import signal
import socket
from collections.abc import Callable, Sequence
from functools import partial
from types import FrameType
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from timetrack.addresses import with_mapped
from timetrack.entrypoints.http.edge.connection_limit import ConnectionLimit
from timetrack.entrypoints.http.edge.exchange import FastPath
from timetrack.entrypoints.http.edge.forwarded import behind_proxies
from timetrack.entrypoints.http.edge.protocol import ProblemProtocol
from timetrack.entrypoints.server.drain_period import DrainPeriod

_LAST_REQUESTS_SECONDS = 8.75
"""Since the end was announced; a quarter of a second later the parent kills."""

_HANDSHAKE_SECONDS = 0.2
"""A connection whose handshake has begun when the port closes has so long to come in."""


class WebServer(uvicorn.Server):
    """Serves an application; on SIGTERM it goes on for a while, and then lets the requests in flight finish."""

    def __init__(  # noqa: PLR0913 - what serves, and what ends it
        self,
        app: ASGIApp,
        drain_period: DrainPeriod,
        *,
        trusted_proxies: str | None,
        connection_limit: ConnectionLimit | None = None,
        fast_path: FastPath | None = None,
        keep_alive: int = 65,
        on_ready: Callable[[], None],
    ) -> None:
        trusted = with_mapped(trusted_proxies) if trusted_proxies else ""
        protocol = partial(
            ProblemProtocol,
            is_draining=lambda: drain_period.begun,
            connection_limit=connection_limit,
            fast_path=behind_proxies(trusted, fast_path) if trusted and fast_path else fast_path,
        )
        super().__init__(
            uvicorn.Config(
                app,
                http=cast("type[ProblemProtocol]", protocol),
                # There are no web sockets; a wish for one is passed over, as RFC 9110 has it.
                ws="none",
                lifespan="on",
                timeout_keep_alive=keep_alive,
                log_config=None,
                access_log=False,
                proxy_headers=trusted_proxies is not None,
                forwarded_allow_ips=trusted,
                server_header=False,
                # Else, with HTTP pipelining, a request sees the context variables of the one before it.
                reset_contextvars=True,
            )
        )
        self._drain_period = drain_period
        self._on_ready = on_ready
        self._announced = False
        self._interrupted = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn.Server.startup."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn.Server.shutdown; the application's lifespan ends also where the last requests are not waited for.

        uvicorn leaves that out then, and what the application has begun, such as connecting, would keep the loop alive.
        """
        if not self.force_exit:
            await self._accept_all(sockets or ())
        left = self._drain_period.left(_LAST_REQUESTS_SECONDS)
        self.config.timeout_graceful_shutdown = left  # type: ignore[assignment]  # part of a second will do as well
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()

    async def _accept_all(self, listeners: Sequence[socket.socket]) -> None:
        """Take in what has connected: the system resets what still waits to be accepted when a port closes."""
        await asyncio.sleep(_HANDSHAKE_SECONDS)
        while _is_waited_at(listeners) and self._drain_period.left(_LAST_REQUESTS_SECONDS):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End: on SIGTERM or SIGHUP after draining, on SIGINT at once, on a second SIGINT without the last requests.

        A second SIGTERM changes nothing: some service managers send one to every process, besides the parent's.
        Nor does one behind a SIGINT, as of signals that come together the lower number is handled first.

        Unlike uvicorn's own it does not raise the signal again in the end, which would leave no time to clean up.
        """
        del frame
        if sig == signal.SIGINT:
            self.force_exit = self._interrupted
            self._interrupted = self.should_exit = True
        self._drain_period.begin()

    async def on_tick(self, counter: int) -> bool:
        """See uvicorn.Server.on_tick."""
        if self._drain_period.begun and not self._announced:
            self._announced = True
            for connection in list(self.server_state.connections):
                cast("ProblemProtocol", connection).end_after_answers()
        if self._drain_period.over:
            self.should_exit = True
        return await super().on_tick(counter)


def _is_waited_at(listeners: Sequence[socket.socket]) -> bool:
    return bool(select.select([each for each in listeners if each.fileno() >= 0], [], [], 0)[0])
