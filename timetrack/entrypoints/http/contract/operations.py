"""The contract, compiled: what each operation is called, asks for and answers. No web framework takes part."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timetrack.entrypoints.http.contract.bodies import RequestBody, refuse_body
from timetrack.entrypoints.http.contract.parameters import Parameters
from timetrack.entrypoints.http.contract.schema_rules import Schema

METHODS = frozenset({"get", "put", "post", "delete", "patch"})
"""The methods that the contract may use; HEAD is answered wherever GET is."""

_BODILESS = frozenset({"get", "delete"})


class ContractError(Exception):
    """The contract cannot be served as it is written, or not by these handlers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the contract."""

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
            refuse_body(raw)
            return arguments
        return arguments | {"body": self.body.read(headers.get("content-type"), raw)}


def compile_operations(specification: Schema) -> list[Operation]:
    """Return the operations of an OpenAPI 3.0 description whose references are resolved.

    Raises:
        ContractError: two operations share an operationId, one has none, or leaves it open whether it is secured.
    """
    operations = list(_compiled(specification))
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


def _compiled(specification: Schema) -> Iterator[Operation]:
    for path, item in specification["paths"].items():
        for method in item.keys() & METHODS:
            yield _operation(path, method, item, default_security=specification.get("security", []))


def _operation(path: str, method: str, item: Schema, *, default_security: list[Schema]) -> Operation:
    definition = item[method]
    parameters = [*item.get("parameters", []), *definition.get("parameters", [])]
    return Operation(
        operation_id=_id_of(definition, path, method),
        method=method.upper(),
        path=path,
        secured=_is_secured(definition.get("security", default_security), path, method),
        oauth_errors=definition.get("x-errors") == "oauth",
        path_types={each["name"]: each["schema"]["type"] for each in parameters if each["in"] == "path"},
        parameters=Parameters(parameters),
        body=_body_of(definition, path, method),
    )


def _id_of(definition: Schema, path: str, method: str) -> str:
    if "operationId" not in definition:
        raise ContractError(f"{method} {path} has no operationId")
    return str(definition["operationId"])


def _body_of(definition: Schema, path: str, method: str) -> RequestBody | None:
    if "requestBody" not in definition:
        return None
    if method in _BODILESS:
        raise ContractError(f"{method} {path} must not have a body")
    return RequestBody(definition["requestBody"])


def _is_secured(security: list[Schema], path: str, method: str) -> bool:
    """Optional security is refused: it turns a bad token into an anonymous caller."""
    if {} in security:
        raise ContractError(f"{method} {path} has optional security")
    return bool(security)


def _refuse_repeated(names: Iterable[str]) -> None:
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise ContractError(f"operationId used more than once: {', '.join(repeated)}")
