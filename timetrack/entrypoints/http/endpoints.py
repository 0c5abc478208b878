"""From one of Connexion's operations to the one function that serves it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Scope

from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.compiled import Answer, CompiledOperation, Endpoint, NeedsThreadError
from timetrack.entrypoints.http.contract.operations import ContractError, Operation
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.call import Handler
from timetrack.entrypoints.http.messages.credentials import bearer_token
from timetrack.entrypoints.http.messages.rendering import render

Authenticate = Callable[[str], Caller]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What serves some operations without blocking the event loop, by operationId; `unfit` says that it cannot."""

    handlers: Mapping[str, Handler]
    authenticate: Authenticate
    unfit: type[Exception]


async def body_taken_in(scope: Scope, _: Receive) -> bytes:
    """Return the body, which the guard has taken in."""
    return RequestContext.of(scope).body


def operation_of(scope: Scope) -> str | None:
    """Tell which operation the guard has found for a request."""
    return RequestContext.of(scope).operation_id


class EndpointCompiler:
    """Makes endpoints that do what the stock path does, in its order: caller, arguments, handler, reply."""

    def __init__(
        self, operations: Iterable[Operation], authenticate: Authenticate, prompt: Prompt | None = None
    ) -> None:
        self._operations = {operation.operation_id: operation for operation in operations}
        self._authenticate = authenticate
        self._prompt = prompt

    def __call__(self, connexions: Any) -> CompiledOperation:  # noqa: ANN401 - Connexion has no types
        """Compile Connexion's operation.

        Raises:
            ContractError: Connexion reads the contract in another way than the guard.
        """
        operation = self._operations.get(connexions.operation_id)
        if operation is None or _read_by_connexion(connexions) != _read_by_guard(operation):
            raise ContractError(f"operation {connexions.operation_id} is not what Connexion makes of it")
        blocking = _endpoint(operation, connexions.function.handler, self._authenticate)
        return CompiledOperation(blocking, self._prompt_endpoint(operation))

    def _prompt_endpoint(self, operation: Operation) -> Endpoint | None:
        prompt = self._prompt
        if prompt is None or operation.operation_id not in prompt.handlers:
            return None
        endpoint = _endpoint(operation, prompt.handlers[operation.operation_id], prompt.authenticate)
        return _giving_up(endpoint, prompt.unfit)


def _read_by_connexion(operation: Any) -> tuple[str, str, bool]:  # noqa: ANN401 - Connexion has no types
    return operation.method.upper(), operation.path, bool(operation.security)


def _read_by_guard(operation: Operation) -> tuple[str, str, bool]:
    return operation.method, operation.path, operation.secured


def _endpoint(operation: Operation, handler: Handler, authenticate: Authenticate) -> Endpoint:
    return _secured(handler, authenticate) if operation.secured else _public(handler)


def _giving_up(endpoint: Endpoint, unfit: type[Exception]) -> Endpoint:
    def prompt(scope: Scope, body: bytes) -> Answer:
        try:
            return endpoint(scope, body)
        except unfit as error:
            raise NeedsThreadError from error

    return prompt


def _secured(handler: Handler, authenticate: Authenticate) -> Endpoint:
    public = _public(handler)

    def endpoint(scope: Scope, body: bytes) -> Answer:
        context = RequestContext.of(scope)
        context.caller = authenticate(bearer_token(context.headers))
        return public(scope, body)

    return endpoint


def _public(handler: Handler) -> Endpoint:
    # The body is the context's: the guard has taken it in.
    def endpoint(scope: Scope, _: bytes) -> Answer:
        context = RequestContext.of(scope)
        context.read()
        return Answer(*render(handler(context.call(), **context.arguments)))

    return endpoint
