"""The outermost layer: passes on well-formed requests to operations of the contract, and turns every error to a reply.

It knows ASGI and no framework. Behind it, a request has its operation, its whole body, and a media type without
parameters.
"""

import asyncio
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from timetrack.entrypoints.http.contract.routes import Routes, method_not_allowed
from timetrack.entrypoints.http.edge import loopback_only, request_limits
from timetrack.entrypoints.http.edge.access_log import log_failure, log_request
from timetrack.entrypoints.http.edge.cross_origin import CrossOrigin
from timetrack.entrypoints.http.edge.documentation import is_documentation
from timetrack.entrypoints.http.edge.exchange import FastPath
from timetrack.entrypoints.http.edge.public_url import PublicUrl
from timetrack.entrypoints.http.edge.request_body import ClientDisconnectedError, read_body
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.edge.response_sender import INTERNAL_ERROR, ResponseSender
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.http.messages.oauth_errors import oauth_error
from timetrack.entrypoints.http.messages.problems import Refusal, problem

CLIENT_CLOSED_REQUEST = 499
"""The status in the log of a request whose client disconnected before it was complete; no response is sent."""


class Guard:
    """An ASGI application around another; see the module."""

    def __init__(  # noqa: PLR0913 - what all requests pass
        self,
        app: ASGIApp,
        *,
        routes: Routes,
        translate: Callable[[Exception], Exception],
        loopback_only: bool,
        cross_origin: CrossOrigin,
        public_url: PublicUrl | None = None,
    ) -> None:
        """Wrap `app`; `translate` turns the exceptions of its frameworks into our own."""
        self._app = app
        self._routes = routes
        self._translate = translate
        self._loopback_only = loopback_only
        self.cross_origin = cross_origin
        self.public_url = public_url or PublicUrl(None)
        self.fast_path: FastPath | None = None
        """Serves what has come whole; set by whoever puts the application together."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        context, repeated = self.begin(scope)
        response = self.sender(context, send)
        try:
            self.check_head(context, scope, repeated)
            if preflight := self.cross_origin.preflight(context):
                await response.reply(preflight)
            else:
                await self._forward(context, scope, receive, response.send)
        except ClientDisconnectedError:
            response.status = CLIENT_CLOSED_REQUEST
        except asyncio.CancelledError:
            # The server shuts down, and waits no longer. Whether the operation is carried out is not known any more.
            if response.started:
                raise
            await self._reply_to(context, response, shutting_down())
        except Exception as error:  # noqa: BLE001 - this is where every error becomes a reply
            await self._reply_to(context, response, error)
        finally:
            log_request(context, status=response.status, seconds=time.perf_counter() - began)

    def sender(self, context: RequestContext, send: Send) -> ResponseSender:
        """Return what sends the response to a request."""
        return ResponseSender(context, send, self.cross_origin, self.public_url)

    def begin(self, scope: Scope) -> tuple[RequestContext, AbstractSet[str]]:
        """Return what is known of a request by its head, and the names of headers that are repeated."""
        headers, repeated = request_limits.read_headers(scope["headers"])
        path = self.public_url.own(scope["path"])
        context = RequestContext(
            method=scope["method"],
            path=path,
            query=scope["query_string"],
            headers=headers,
            request_id=request_limits.request_id_of(headers),
            peer=(scope.get("client") or (None,))[0],
            documentation=is_documentation(path),
            problem_types=self.public_url.problem_types,
        )
        return context, repeated

    def check_head(self, context: RequestContext, scope: Scope, repeated: AbstractSet[str]) -> None:
        """Make sure that the head is one that every server reads alike, of somebody who may ask.

        Raises:
            Refusal: it is not.
        """
        if self._loopback_only:
            loopback_only.require_loopback(context.peer, context.headers)
        request_limits.check_head(scope["headers"])
        if repeated:
            request_limits.check_repeated(repeated)
        request_limits.check_length(context.headers)

    def find_route(self, context: RequestContext, scope: Scope) -> None:
        """Find the operation that a request is for; documentation has none.

        Preflight requests do not come so far: they pass whatever the path, as a page can read the refusal of what comes
        then.

        Raises:
            Refusal: there is none, or servers might read the target in different ways.
        """
        request_limits.check_target(context.path, scope.get("raw_path") or b"", context.query)
        if not context.documentation:
            context.route = self._routes.find(context.method, context.path)
        elif context.method not in ("GET", "HEAD"):
            raise method_not_allowed(["GET"])

    async def _forward(self, context: RequestContext, scope: Scope, receive: Receive, send: Send) -> None:
        self.find_route(context, scope)
        await read_body(context, receive)
        scope = {**scope, "path": context.path}
        context.put_into(scope)
        await self._app(scope, receive, send)

    async def _reply_to(self, context: RequestContext, response: ResponseSender, error: Exception) -> None:
        reply = self.error_reply(context, error)
        if response.started:
            # Part of a response is sent: only closing the connection tells the client that it is not complete.
            raise error
        await response.reply(reply)

    def error_reply(self, context: RequestContext, error: Exception) -> Reply[dict[str, Any]]:
        """Return the reply that tells of an error, in the operation's own words; log the error if it is a bug."""
        error = self._translate(error)
        if self._is_oauth(context):
            reply = oauth_error(error)
        else:
            reply = problem(
                error,
                request_id=context.request_id,
                query_names=context.query_names,
                types=context.problem_types,
            )
        if reply.status == INTERNAL_ERROR:
            log_failure(context, error)
        return reply

    def _is_oauth(self, context: RequestContext) -> bool:
        """Return whether the operation words its errors as OAuth does, also where it has not been looked for yet."""
        try:
            route = context.route or self._routes.find(context.method, context.path)
        except Refusal:
            return False
        return route.operation.oauth_errors


def shutting_down() -> Refusal:
    """Return the 503 for a request that has no answer yet when the server ends."""
    return Refusal(
        503, "the server ends before the answer is there", headers={"Retry-After": "1", "Connection": "close"}
    )
