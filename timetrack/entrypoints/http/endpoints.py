"""From one of Connexion's operations to the one function that serves it."""

from collections.abc import Callable, Iterable

from starlette.types import Receive, Scope

from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.compiled import Answer, Endpoint
from timetrack.entrypoints.http.compiled.middleware import ConnexionOperation
from timetrack.entrypoints.http.contract.operations import ContractError, Operation
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.call import Handler
from timetrack.entrypoints.http.messages.credentials import bearer_token
from timetrack.entrypoints.http.messages.rendering import render
from timetrack.waiting import Offload

Authenticate = Callable[[str], Caller]

_LARGE_BODY = 4096
"""More bytes than these are parsed and checked on a thread: lists of ids took up to 62 ms for 64 KiB."""


async def body_taken_in(scope: Scope, _: Receive) -> bytes:
    """Return the body, which the guard has taken in."""
    return RequestContext.of(scope).body


def operation_of(scope: Scope) -> str | None:
    """Tell which operation the guard has found for a request."""
    return RequestContext.of(scope).operation_id


class EndpointCompiler:
    """Makes endpoints that do what the stock path does, in its order: caller, arguments, handler, reply."""

    def __init__(self, operations: Iterable[Operation], authenticate: Authenticate, offload: Offload) -> None:
        self._operations = {operation.operation_id: operation for operation in operations}
        self._authenticate = authenticate
        self._offload = offload

    def __call__(self, connexions: ConnexionOperation) -> Endpoint:
        """Compile Connexion's operation.

        Raises:
            ContractError: Connexion reads the contract in another way than the guard.
        """
        operation = self._operations.get(connexions.operation_id)
        if operation is None or _read_by_connexion(connexions) != _read_by_guard(operation):
            raise ContractError(f"operation {connexions.operation_id} is not what Connexion makes of it")
        public = self._public(connexions.function.handler)
        return self._secured(public) if operation.secured else public

    def _secured(self, public: Endpoint) -> Endpoint:
        authenticate = self._authenticate

        def endpoint(scope: Scope, body: bytes) -> Answer:
            context = RequestContext.of(scope)
            context.caller = authenticate(bearer_token(context.headers))
            return public(scope, body)

        return endpoint

    def _public(self, handler: Handler) -> Endpoint:
        offload = self._offload

        def endpoint(scope: Scope, body: bytes) -> Answer:
            context = RequestContext.of(scope)
            if len(body) > _LARGE_BODY:
                offload.run(context.read)
            else:
                context.read()
            return Answer(*render(handler(context.call(), **context.arguments)))

        return endpoint


def _read_by_connexion(operation: ConnexionOperation) -> tuple[str, str, bool]:
    return operation.method.upper(), operation.path, bool(operation.security)


def _read_by_guard(operation: Operation) -> tuple[str, str, bool]:
    return operation.method, operation.path, operation.secured
