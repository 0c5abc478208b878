"""Problems that a server answers, held to what the contract says that each operation may have."""

from collections.abc import Mapping
from functools import cache

from connexion.json_schema import resolve_refs

from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.entrypoints.http.contract.operations import compile_operations
from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.messages.problems import Refusal
from timetrack.resources import resource
from tools.problem_types import codes_of

EDGE = {400: "bad_request", 413: "content_too_large", 415: "unsupported_media_type"}
"""Refusals of what is no sensible request, which operations without a body have as well."""


def assert_declared(method: str, path: str, status: int, code: str | None) -> None:
    """Make sure that the operation for a request may have the problem."""
    operation_id = _operation(method, path)
    if operation_id is None or code is None:
        return
    declared, anywhere = _declared()
    assert code in declared[operation_id] | anywhere or code == EDGE.get(status), f"{operation_id} declares no {code}"


def _operation(method: str, path: str) -> str | None:
    try:
        return _routes().find(method, path.partition("?")[0]).operation.operation_id
    except Refusal:
        return None


@cache
def _routes() -> Routes:
    return Routes(compile_operations(resolve_refs(read_contract(resource("api", "openapi.yaml")))))


@cache
def _declared() -> tuple[Mapping[str, set[str]], set[str]]:
    contract = read_contract(resource("api", "openapi.yaml"))
    declared = {
        each.operation["operationId"]: {
            code for response in each.operation["responses"].values() for code in codes_of(contract, response)
        }
        for each in definitions(contract)
    }
    examples = contract["components"]["examples"]
    return declared, {code for code, example in examples.items() if "x-given-by" in example}
