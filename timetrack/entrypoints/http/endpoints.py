"""From one of Connexion's operations to the one function that serves it."""

from collections.abc import Callable, Iterable
from typing import Any

from timetrack.domain.model.caller import Caller
from timetrack.entrypoints.http.call import Handler
from timetrack.entrypoints.http.compiled import Answer, Endpoint
from timetrack.entrypoints.http.compiled.answers import Scope
from timetrack.entrypoints.http.credentials import bearer_token
from timetrack.entrypoints.http.exchange import Exchange
from timetrack.entrypoints.http.operations import ContractError, Operation
from timetrack.entrypoints.http.rendering import render

Authenticate = Callable[[str], Caller]


def operation_of(scope: Scope) -> str | None:
    """Tell which operation the guard has found for a request."""
    return Exchange.of(scope).operation_id


class EndpointCompiler:
    """Makes endpoints that do what the stock path does, in its order: caller, arguments, handler, reply."""

    def __init__(self, operations: Iterable[Operation], authenticate: Authenticate) -> None:
        self._operations = {operation.operation_id: operation for operation in operations}
        self._authenticate = authenticate

    def __call__(self, connexions: Any) -> Endpoint:  # noqa: ANN401 - Connexion has no types
        """Return the endpoint of Connexion's operation.

        Raises:
            ContractError: Connexion reads the contract in another way than the guard.
        """
        operation = self._operations.get(connexions.operation_id)
        if operation is None or _read_by_connexion(connexions) != _read_by_guard(operation):
            raise ContractError(f"operation {connexions.operation_id} is not what Connexion makes of it")
        handler = connexions.function.handler
        return _secured(handler, self._authenticate) if operation.secured else _public(handler)


def _read_by_connexion(operation: Any) -> tuple[str, str, bool]:  # noqa: ANN401 - Connexion has no types
    return operation.method.upper(), operation.path, bool(operation.security)


def _read_by_guard(operation: Operation) -> tuple[str, str, bool]:
    return operation.method, operation.path, operation.secured


def _secured(handler: Handler, authenticate: Authenticate) -> Endpoint:
    public = _public(handler)

    def endpoint(scope: Scope, body: bytes) -> Answer:
        exchange = Exchange.of(scope)
        exchange.caller = authenticate(bearer_token(exchange.headers))
        return public(scope, body)

    return endpoint


def _public(handler: Handler) -> Endpoint:
    # The body is the exchange's: the guard has taken it in.
    def endpoint(scope: Scope, _: bytes) -> Answer:
        exchange = Exchange.of(scope)
        exchange.read()
        return Answer(*render(handler(exchange.call(), **exchange.arguments)))

    return endpoint
