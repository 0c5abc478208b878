"""The outermost layer: passes on well-formed requests to operations of the contract, and turns every error to a reply.

It knows ASGI and no framework. Behind it, a request has its operation, its whole body, and a media type without
parameters.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, MutableMapping
from collections.abc import Set as AbstractSet
from types import coroutine
from typing import Any, cast

from timetrack.entrypoints.http.contract.routes import Routes, method_not_allowed
from timetrack.entrypoints.http.edge import loopback_only, request_limits
from timetrack.entrypoints.http.edge.access_log import log_failure, log_request
from timetrack.entrypoints.http.edge.cross_origin import CrossOrigin
from timetrack.entrypoints.http.edge.documentation import CONTENT_SECURITY_POLICY, is_documentation
from timetrack.entrypoints.http.edge.exchange import Exchange
from timetrack.entrypoints.http.edge.request_limits import RawHeader
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.http.messages.oauth_errors import oauth_error
from timetrack.entrypoints.http.messages.problems import Refusal, problem
from timetrack.entrypoints.http.messages.rendering import encoded, protective_headers, to_json

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_INTERNAL_ERROR = 500
_CLIENT_CLOSED_REQUEST = 499
"""The status in the log of a request whose client disconnected before it was complete; no response is sent."""


class _ClientDisconnectedError(Exception):
    """The client disconnected, so that there is nobody to reply to."""


class Guard:
    """An ASGI application around another; see the module."""

    def __init__(
        self,
        app: App,
        *,
        routes: Routes,
        translate: Callable[[Exception], Exception],
        loopback_only: bool,
        cross_origin: CrossOrigin,
    ) -> None:
        """Wrap `app`; `translate` turns the exceptions of its frameworks into our own."""
        self._app = app
        self._routes = routes
        self._translate = translate
        self._loopback_only = loopback_only
        self._cross_origin = cross_origin

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
        headers, repeated = request_limits.read_headers(scope["headers"])
        path = scope["path"]
        exchange = Exchange(
            method=scope["method"],
            path=path,
            query=scope["query_string"],
            headers=headers,
            request_id=request_limits.request_id_of(headers),
            peer=(scope.get("client") or (None,))[0],
            documentation=is_documentation(path),
        )
        response = _ResponseSender(exchange, send, self._cross_origin)
        try:
            self._check_head(exchange, scope, repeated)
            if preflight := self._cross_origin.preflight(exchange, self._routes):
                await response.reply(preflight)
            else:
                await self._forward(exchange, scope, receive, response.send)
        except _ClientDisconnectedError:
            response.status = _CLIENT_CLOSED_REQUEST
        except asyncio.CancelledError:
            # The server shuts down, and waits no longer. Whether the operation is carried out is not known any more.
            if response.started:
                raise
            await self._reply_to(exchange, response, _shutting_down())
        except Exception as error:  # noqa: BLE001 - this is where every error becomes a reply
            await self._reply_to(exchange, response, self._translate(error))
        finally:
            log_request(exchange, status=response.status, seconds=time.perf_counter() - began)

    def _check_head(self, exchange: Exchange, scope: Scope, repeated: AbstractSet[str]) -> None:
        if self._loopback_only:
            loopback_only.require_loopback(exchange.peer, exchange.headers)
        request_limits.check_target(exchange.path, scope.get("raw_path") or b"", exchange.query)
        request_limits.check_head(scope["headers"])
        if repeated:
            request_limits.check_repeated(repeated)
        request_limits.check_length(exchange.headers)

    async def _forward(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        if not exchange.documentation:
            exchange.route = self._routes.find(exchange.method, exchange.path)
        elif exchange.method not in ("GET", "HEAD"):
            raise method_not_allowed(["GET"])
        await _read_body(exchange, receive)
        exchange.put_into(scope)
        await self._app(scope, receive, send)

    async def _reply_to(self, exchange: Exchange, response: "_ResponseSender", error: Exception) -> None:
        reply = _error_reply(exchange, error)
        if reply.status == _INTERNAL_ERROR:
            log_failure(exchange, error)
        if response.started:
            # Part of a response is sent: only closing the connection tells the client that it is not complete.
            raise error
        await response.reply(reply)


class _ResponseSender:
    """Sends the response, with the headers that every response has, and keeps its status for the log."""

    def __init__(self, exchange: Exchange, send: Send, cross_origin: CrossOrigin) -> None:
        self._exchange = exchange
        self._send = send
        self._cross_origin = cross_origin
        self.started = False
        self.status = _INTERNAL_ERROR

    async def send(self, message: Message) -> None:
        """Send one ASGI message; without its body where the request is HEAD."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = message.get("headers", [])
            message = {**message, "headers": [*headers, *self._further_headers(headers)]}
        elif self._exchange.method == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def reply(self, reply: Reply[dict[str, Any]] | Reply[None]) -> None:
        """Send a reply whose body, if any, is JSON."""
        body = b"" if reply.body is None else to_json(reply.body)
        content = {"content-type": reply.content_type, "content-length": str(len(body))} if body else {}
        headers = encoded({**content, **reply.headers})
        await self.send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def _further_headers(self, present: list[RawHeader]) -> list[RawHeader]:
        documentation = self._exchange.documentation
        names = {name for name, _ in present}
        further = [each for each in _PROTECTIVE_HEADERS[documentation] if each[0] not in names]
        further.append((b"x-request-id", self._exchange.request_id.encode()))
        further += encoded(self._cross_origin.headers(self._exchange.headers))
        return further


def _shutting_down() -> Refusal:
    return Refusal(
        503, "the server ends before the answer is there", headers={"Retry-After": "1", "Connection": "close"}
    )


def _error_reply(exchange: Exchange, error: Exception) -> Reply[dict[str, Any]]:
    oauth = exchange.route is not None and exchange.route.operation.oauth_errors
    return (oauth_error if oauth else problem)(error, request_id=exchange.request_id)


async def _read_body(exchange: Exchange, receive: Receive) -> None:
    """Read the whole body, chunked or not, and normalize its media type.

    Raises:
        Refusal: 408, 413 or 415.
    """
    # Without a body there is nothing that could be slow, and a timer costs more than it looks.
    announced = "content-length" in exchange.headers or "transfer-encoding" in exchange.headers
    exchange.body = await (_receive_in_time if announced else _receive_all)(receive)
    if exchange.body:
        exchange.headers["content-type"] = request_limits.media_type_of(exchange.headers)
    else:
        # The type of no body says nothing.
        exchange.headers.pop("content-type", None)


async def _receive_in_time(receive: Receive) -> bytes:
    """Return the body; a timeout is set only where it has not arrived yet, as most have."""
    chunks = _receive_all(receive)
    try:
        awaited = chunks.send(None)
    except StopIteration as end:
        return cast("bytes", end.value)
    try:
        async with asyncio.timeout(request_limits.BODY_TIMEOUT):
            return await _resume(chunks, awaited)
    except TimeoutError:
        raise request_limits.body_too_slow() from None
    finally:
        chunks.close()


@coroutine
def _resume(started: Coroutine[Any, Any, bytes], awaited: object) -> Generator[Any, Any, bytes]:
    """Resume a coroutine that has run up to where it awaits something."""
    yield awaited
    return (yield from started.__await__())


async def _receive_all(receive: Receive) -> bytes:
    chunks = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientDisconnectedError
        chunks += message.get("body", b"")
        if len(chunks) > request_limits.MAX_BODY_BYTES:
            raise request_limits.body_too_large()
        more = message.get("more_body", False)
    return bytes(chunks)


_PROTECTIVE_HEADERS: Mapping[bool, list[RawHeader]] = {
    True: encoded({**protective_headers(documentation=True), "content-security-policy": CONTENT_SECURITY_POLICY}),
    False: encoded(protective_headers(documentation=False)),
}
