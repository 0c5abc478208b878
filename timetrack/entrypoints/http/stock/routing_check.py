"""Between Connexion's routing and all that rests on it: both routers must have found the same operation."""

from connexion.middleware.abstract import ROUTING_CONTEXT
from starlette.types import ASGIApp, Receive, Scope, Send

from timetrack.entrypoints.http.edge.request_context import RequestContext


class RoutingCheck:
    """Middleware that lets nothing past without an operation, or with another one than the guard has found."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the scope on.

        Raises:
            Refusal: 404, the routers disagree.
        """
        if scope["type"] == "http":
            routed = scope["extensions"].get(ROUTING_CONTEXT, {})
            RequestContext.of(scope).require(routed.get("operation_id"))
        await self._app(scope, receive, send)
