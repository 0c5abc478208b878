"""The contract, served: Connexion's FlaskApp inside our guard, with handlers that know neither."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from connexion import FlaskApp
from connexion.json_schema import resolve_refs
from connexion.middleware.context import ContextMiddleware
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.request_validation import RequestValidationMiddleware
from connexion.middleware.response_validation import ResponseValidationMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from starlette.exceptions import HTTPException
from starlette.types import Receive, Send

from timetrack.contracts import read_contract
from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.compiled import Answer, CompiledContract, send_pieces, start_of
from timetrack.entrypoints.http.contract.operations import ContractError, compile_operations, require_handlers
from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.edge.cross_origin import CrossOrigin
from timetrack.entrypoints.http.edge.fast_path import FastPath
from timetrack.entrypoints.http.edge.guard import Guard
from timetrack.entrypoints.http.edge.public_url import PublicUrl
from timetrack.entrypoints.http.endpoints import EndpointCompiler, body_taken_in, operation_of
from timetrack.entrypoints.http.messages.call import Handler
from timetrack.entrypoints.http.messages.problems import Refusal, phrase_of
from timetrack.entrypoints.http.messages.rendering import Rendered
from timetrack.entrypoints.http.stock.rebuilt_request import RebuiltRequest
from timetrack.entrypoints.http.stock.resolver import HandlerResolver
from timetrack.entrypoints.http.stock.routing_check import RoutingCheck
from timetrack.entrypoints.http.stock.security import BearerSecurity, SameToken
from timetrack.entrypoints.http.stock.swagger_ui import Documentation
from timetrack.entrypoints.http.stock.validators import VALIDATORS
from timetrack.resources import resource
from timetrack.waiting import Offload

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]
_CLIENT_ERRORS = range(400, 500)


def create_app(  # noqa: PLR0913 - each is a choice of whoever serves
    *,
    handlers: Mapping[str, Handler],
    authenticate: Callable[[str], Caller],
    offload: Offload | None = None,
    threads: int = 10,
    compiled: bool = True,
    loopback_only: bool = False,
    origins: Iterable[str] = (),
    lifespan: Lifespan | None = None,
    validate_responses: bool = False,
    specification: Path | None = None,
    public_url: str | None = None,
) -> Guard:
    """Return the ASGI application that serves the contract; where it is compiled, it has a fast path besides.

    Handlers are found by operationId. They and `authenticate`, which gets an access token, run in greenlets on the
    event loop; bodies that are large, or come in pieces, are checked and made by `offload`. `threads` are those of
    Connexion's own stack. `loopback_only` refuses whoever is not on this machine; pages of the `origins`, and no
    others, may use the API; `public_url` is where clients see it. `compiled` serves operations ahead of Connexion's
    stack, several times as fast, and changes no answer.
    `validate_responses` is for tests; it costs several times the request, and does without `compiled`.

    Raises:
        ContractError: the contract and the handlers do not fit together, or the contract cannot be served safely.
    """
    contract = read_contract(specification or resource("api", "openapi.yaml"))
    operations = compile_operations(resolve_refs(contract))
    require_handlers(operations, handlers)
    public = PublicUrl(public_url)
    if public.hides(operation.path for operation in operations):
        raise ContractError(f"the path of {public_url} begins as paths of the API do: choose another one")
    middlewares = _middlewares(public.contract(contract))
    connexion = FlaskApp("timetrack", middlewares=middlewares, lifespan=lifespan)
    wsgi = WSGIMiddleware(connexion.app.wsgi_app, workers=threads)
    offload = offload or Offload("long computations", 2)
    compile_ = EndpointCompiler(operations, authenticate, offload)
    if compiled and not validate_responses:
        middlewares.insert(0, _compiled(compile_, offload))
    connexion._middleware_app.asgi_app = wsgi  # noqa: SLF001 - Connexion has no option for the number of threads
    connexion.add_api(
        contract,
        resolver=HandlerResolver(handlers),
        security_map={"bearer": partial(BearerSecurity, authenticate), "oauth2": SameToken},
        validator_map=VALIDATORS,
        validate_responses=validate_responses,
    )
    guard = Guard(
        connexion,
        routes=Routes(operations),
        translate=_translated,
        loopback_only=loopback_only,
        cross_origin=CrossOrigin(tuple(origins)),
        public_url=public,
    )
    if compiled and not validate_responses:
        guard.fast_path = FastPath(guard, compile_.served, partial(_send_in_pieces, offload)).serve
    return guard


def _compiled(compile_: EndpointCompiler, offload: Offload) -> partial[CompiledContract]:
    """The compiled contract, as Connexion makes its middlewares."""
    return partial(
        CompiledContract, find=operation_of, compile_=compile_, executor=offload.executor, read=body_taken_in
    )


async def _send_in_pieces(offload: Offload, rendered: Rendered, receive: Receive, send: Send) -> None:
    answer = Answer(*rendered)
    await send_pieces(start_of(answer), cast("Iterator[bytes]", answer.body), offload.executor, receive, send)


def _middlewares(contract: dict[str, Any]) -> list[Any]:
    """Connexion's own, without those that word errors, which is the guard's part; and with the agreement of routers."""
    return [
        RebuiltRequest,
        partial(Documentation, specification=contract),
        RoutingMiddleware,
        RoutingCheck,
        SecurityMiddleware,
        RequestValidationMiddleware,
        ResponseValidationMiddleware,
        LifespanMiddleware,
        ContextMiddleware,
    ]


def _translated(error: Exception) -> Exception:
    """Turn Starlette's and Connexion's refusals into ours; what they say is left out, as it may repeat the request."""
    if isinstance(error, HTTPException) and error.status_code in _CLIENT_ERRORS:
        return Refusal(error.status_code, phrase_of(error.status_code).lower(), headers=error.headers)
    return error
