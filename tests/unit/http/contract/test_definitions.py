"""A contract's operations as they are written, and the names of their arguments."""

import ast
from typing import Any

import pytest

from timetrack.entrypoints.http.contract.definitions import argument_name, definitions
from timetrack.entrypoints.http.contract.operations import compile_operations
from tools.generate_contract import operations

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def test_the_parameters_of_a_path_belong_to_each_of_its_operations() -> None:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    path = {"parameters": [ID], "get": {"operationId": "a.get", "parameters": [limit]}, "delete": {}}

    found = list(definitions({"paths": {"/a/{id}": path}}))

    assert [(str(each), each.parameters) for each in found] == [
        ("get /a/{id}", [ID, limit]),
        ("delete /a/{id}", [ID]),
    ]


@pytest.mark.parametrize(
    ("parameter", "argument"), [("limit", "limit"), ("page-size", "page_size"), ("from", "from_"), ("class", "class_")]
)
def test_an_argument_has_a_name_that_python_knows(parameter: str, argument: str) -> None:
    assert argument_name(parameter) == argument


@pytest.mark.parametrize("name", ["limit", "page-size", "from", "class"])
def test_the_generated_protocol_and_the_server_name_an_argument_alike(name: str) -> None:
    contract = contract_with_parameter(name)

    (argument,) = compile_operations(contract)[0].read(path={}, query=f"{name}=1".encode(), headers={}, raw=b"")

    assert arguments_of_protocol(operations(contract)) == [argument]


def contract_with_parameter(name: str) -> dict[str, Any]:
    parameter = {"name": name, "in": "query", "schema": {"type": "integer"}}
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}}
    get = {"operationId": "a.get", "summary": "Get", "parameters": [parameter], "responses": {"200": answer}}
    return {"info": {"version": "1.0"}, "paths": {"/a": {"get": get}}}


def arguments_of_protocol(module: str) -> list[str]:
    """Return the keyword arguments of the one method of a generated module."""
    (method,) = [
        node
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.FunctionDef) and node.args.args[0].arg == "self"
    ]
    return [argument.arg for argument in method.args.kwonlyargs]
