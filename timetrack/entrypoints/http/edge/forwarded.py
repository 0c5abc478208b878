"""The client behind a trusted proxy, for requests that do without ASGI applications."""

from contextlib import suppress
from typing import Any

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from timetrack.entrypoints.http.edge.exchange import Exchange, FastPath


def behind_proxies(trusted: str, fast_path: FastPath) -> FastPath:
    """Return a fast path that has the client that the proxy names, as uvicorn's middleware finds it."""
    middleware: Any = ProxyHeadersMiddleware(_nothing, trusted)

    def serve(exchange: Exchange) -> bool:
        # A copy: where the fast path leaves it to others, they ask the middleware again.
        exchange.scope = dict(exchange.scope)
        with suppress(StopIteration):
            # It awaits nothing but the application, so that one step takes it to its end.
            middleware(exchange.scope, _nothing, _nothing).send(None)
        return fast_path(exchange)

    return serve


async def _nothing(*_: object) -> Any:  # noqa: ANN401 - an application, and what it receives and sends by
    """Wait for nothing."""
