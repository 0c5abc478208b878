"""From one of Connexion's operations to the one function that serves it."""

from collections.abc import Callable, Iterable

from starlette.types import Receive, Scope

from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.compiled import Answer, Endpoint
from timetrack.entrypoints.http.compiled.middleware import ConnexionOperation
from timetrack.entrypoints.http.contract.operations import ContractError, Operation
from timetrack.entrypoints.http.edge.fast_path import Serve
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.call import Handler
from timetrack.entrypoints.http.messages.credentials import bearer_token
from timetrack.entrypoints.http.messages.rendering import Rendered, render
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
        self.served: dict[str, Serve] = {}
        """What has been compiled so far, by the operations' ids."""
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
        serve = self.served[operation.operation_id] = self._serve(operation, connexions.function.handler)
        return lambda scope, _: Answer(*serve(RequestContext.of(scope)))

    def _serve(self, operation: Operation, handler: Handler) -> Serve:
        authenticate, offload, secured = self._authenticate, self._offload, operation.secured

        def serve(context: RequestContext) -> Rendered:
            if secured:
                context.caller = authenticate(bearer_token(context.headers))
            if len(context.body) > _LARGE_BODY:
                offload.run(context.read)
            else:
                context.read()
            return render(handler(context.call(), **context.arguments))

        return serve


def _read_by_connexion(operation: ConnexionOperation) -> tuple[str, str, bool]:
    return operation.method.upper(), operation.path, bool(operation.security)


def _read_by_guard(operation: Operation) -> tuple[str, str, bool]:
    return operation.method, operation.path, operation.secured
