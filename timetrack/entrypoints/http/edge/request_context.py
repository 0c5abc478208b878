"""One request, and what each layer has found out about it."""

from collections.abc import Container, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, cast

from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.contract.operations import Operation
from timetrack.entrypoints.http.contract.routes import Route, not_found
from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.messages.problems import TYPES

_KEY = "timetrack.request_context"


@dataclass(slots=True, kw_only=True)
class RequestContext:
    """One request with its operation, its caller and its arguments; kept in its ASGI scope, apart from all others.

    Connexion keeps such things in context variables, which HTTP pipelining has been seen to mix up.
    """

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    request_id: str
    peer: str | None = None
    documentation: bool = False
    problem_types: str = TYPES
    body: bytes = b""
    route: Route | None = None
    caller: Caller | None = None
    arguments: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, scope: Mapping[str, Any]) -> "RequestContext":
        """Return the context that the guard has put into a scope."""
        return cast("RequestContext", scope[_KEY])

    def put_into(self, scope: MutableMapping[str, Any]) -> None:
        """Put this into a scope, where `of` finds it."""
        scope[_KEY] = self

    @property
    def operation(self) -> Operation:
        """The operation that the request is for.

        Raises:
            Refusal: 404, it is for none.
        """
        if self.route is None:
            raise not_found()
        return self.route.operation

    @property
    def operation_id(self) -> str | None:
        """The operation's id; None without an operation."""
        return self.route.operation.operation_id if self.route else None

    @property
    def query_names(self) -> Container[str]:
        """The names of the query parameters that the operation has; none where there is no operation."""
        return self.route.operation.parameters.query_names if self.route else ()

    def require(self, operation_id: str | None) -> None:
        """Make sure that another router has found the same operation.

        Raises:
            Refusal: 404, it has not.
        """
        if self.operation.operation_id != operation_id:
            raise not_found()

    def read(self) -> None:
        """Parse and validate parameters and body, and keep them as the handler's arguments.

        Raises:
            Refusal: 400 or 415, the request breaks the contract.
        """
        route = self.route
        if route is None:
            raise not_found()
        self.arguments = route.operation.read(
            path=route.path_values, query=self.query, headers=self.headers, raw=self.body
        )

    def call(self) -> Call:
        """Return the handler's first argument."""
        operation = self.operation
        return Call(
            operation_id=operation.operation_id,
            path=self.path,
            query=self.query.decode("ascii"),
            headers=self.headers,
            request_id=self.request_id,
            query_names=operation.parameters.query_names,
            problem_types=self.problem_types,
            peer=self.peer,
            caller=self.caller,
        )
