"""The operations of the contract, compiled to readers of parameters and body."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from timetrack.entrypoints.http.contract.bodies import RequestBody, require_no_body
from timetrack.entrypoints.http.contract.definitions import Definition, definitions
from timetrack.entrypoints.http.contract.parameters import Parameters
from timetrack.entrypoints.http.contract.schema_rules import Schema

_BODILESS = frozenset({"get", "delete"})


class ContractError(Exception):
    """The contract cannot be served as it is written, or not with these handlers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the contract, ready to read requests."""

    operation_id: str
    method: str
    path: str
    secured: bool
    oauth_errors: bool
    path_types: Mapping[str, str]
    parameters: Parameters
    body: RequestBody | None

    def read(
        self,
        *,
        path: Mapping[str, str],
        query: bytes,
        headers: Mapping[str, str],
        raw: bytes,
    ) -> dict[str, Any]:
        """Return the handler's arguments: path and query parameters by name, and `body` where there can be one.

        Raises:
            Refusal: 400 or 415, the request breaks the contract.
        """
        arguments = self.parameters.read(path=path, query=query, headers=headers)
        if self.body is None:
            require_no_body(raw)
            return arguments
        return arguments | {"body": self.body.read(headers.get("content-type"), raw)}


def compile_operations(specification: Schema) -> list[Operation]:
    """Return the operations of an OpenAPI 3.0 description whose references are resolved.

    Raises:
        ContractError: two operations share an operationId, one has none, or leaves it open whether it is secured.
    """
    default_security = specification.get("security", [])
    operations = [_operation(each, default_security) for each in definitions(specification)]
    _refuse_repeated(operation.operation_id for operation in operations)
    return operations


def require_handlers(operations: Iterable[Operation], handlers: Iterable[str]) -> None:
    """Make sure that each operation has a handler and each handler an operation.

    Raises:
        ContractError: some do not; all of them are named.
    """
    specified = {operation.operation_id for operation in operations}
    handled = set(handlers)
    complaints = [f"operation {name} has no handler" for name in sorted(specified - handled)]
    complaints += [f"handler {name} has no operation" for name in sorted(handled - specified)]
    if complaints:
        raise ContractError("; ".join(complaints))


def _operation(definition: Definition, default_security: list[Schema]) -> Operation:
    parameters = definition.parameters
    return Operation(
        operation_id=_id_of(definition),
        method=definition.method.upper(),
        path=definition.path,
        secured=_is_secured(definition, default_security),
        oauth_errors=definition.operation.get("x-errors") == "oauth",
        path_types={each["name"]: each["schema"]["type"] for each in parameters if each["in"] == "path"},
        parameters=Parameters(parameters),
        body=_body_of(definition),
    )


def _id_of(definition: Definition) -> str:
    if "operationId" not in definition.operation:
        raise ContractError(f"{definition} has no operationId")
    return str(definition.operation["operationId"])


def _body_of(definition: Definition) -> RequestBody | None:
    if "requestBody" not in definition.operation:
        return None
    if definition.method in _BODILESS:
        raise ContractError(f"{definition} must not have a body")
    return RequestBody(definition.operation["requestBody"])


def _is_secured(definition: Definition, default_security: list[Schema]) -> bool:
    """Optional security is refused: it turns a bad token into an anonymous caller."""
    security = definition.operation.get("security", default_security)
    if {} in security:
        raise ContractError(f"{definition} has optional security")
    return bool(security)


def _refuse_repeated(names: Iterable[str]) -> None:
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise ContractError(f"operationId used more than once: {', '.join(repeated)}")
