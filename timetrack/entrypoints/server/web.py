"""uvicorn, with an end that is announced before it comes."""

import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from timetrack.entrypoints.http.edge.protocol import ProblemProtocol
from timetrack.entrypoints.server.drain_period import DrainPeriod

_LAST_REQUESTS_SECONDS = 8


class WebServer(uvicorn.Server):
    """Serves an application; on SIGTERM it goes on for a while, and then lets the requests in flight finish."""

    def __init__(
        self, app: ASGIApp, drain_period: DrainPeriod, *, trusted_proxies: str | None, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=ProblemProtocol,
                # There are no web sockets; a wish for one is passed over, as RFC 9110 has it.
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=trusted_proxies is not None,
                forwarded_allow_ips=trusted_proxies or "",
                server_header=False,
                # Else, with HTTP pipelining, a request sees the context variables of the one before it.
                reset_contextvars=True,
                timeout_graceful_shutdown=_LAST_REQUESTS_SECONDS,
            )
        )
        self._drain_period = drain_period
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn.Server.startup."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn.Server.shutdown; the application's lifespan ends also where the last requests are not waited for.

        uvicorn leaves that out then, and what the application has begun, such as connecting, would keep the loop alive.
        """
        await super().shutdown(sockets)
        if self.force_exit:
            await self.lifespan.shutdown()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End: on SIGTERM after draining, on SIGINT or a second signal at once, on a third without the last requests.

        Unlike uvicorn's own it does not raise the signal again in the end, which would leave no time to clean up.
        """
        del frame
        self.force_exit = self.should_exit
        self.should_exit = sig == signal.SIGINT or self._drain_period.begun
        self._drain_period.begin()

    async def on_tick(self, counter: int) -> bool:
        """See uvicorn.Server.on_tick."""
        if self._drain_period.over:
            self.should_exit = True
        return await super().on_tick(counter)
