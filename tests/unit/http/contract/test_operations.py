from typing import Any

import pytest

from timetrack.entrypoints.http.contract.operations import ContractError, compile_operations
from timetrack.entrypoints.http.contract.routes import Routes
from timetrack.entrypoints.http.messages.problems import Refusal

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
NAME = {"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}


def routes(**paths: object) -> Routes:
    return Routes(compile_operations({"paths": paths, "security": [{"bearer": []}]}))


def refused(found: Routes, method: str, path: str) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        found.find(method, path)
    return refusal.value


def test_a_literal_path_goes_before_a_template() -> None:
    found = routes(
        **{"/a/{name}": {"parameters": [NAME], "get": {"operationId": "b"}}, "/a/me": {"get": {"operationId": "c"}}}
    )

    assert found.find("GET", "/a/me").operation.operation_id == "c"
    assert found.find("GET", "/a/you").path_values == {"name": "you"}


@pytest.mark.parametrize("segment", ["", "x", "+1", "01", "1" * 20, "1\n", "٣", "1/", "1.0"])
def test_a_number_has_one_spelling(segment: str) -> None:
    found = routes(**{"/a/{id}": {"parameters": [ID], "get": {"operationId": "b"}}})

    assert refused(found, "GET", f"/a/{segment}").status == 404


def test_a_wrong_method_is_told_the_right_ones() -> None:
    found = routes(**{"/a": {"get": {"operationId": "b"}, "put": {"operationId": "c"}}})

    assert refused(found, "DELETE", "/a").headers == {"Allow": "GET, HEAD, PUT"}


def test_an_operation_is_secured_unless_it_says_otherwise() -> None:
    found = routes(**{"/a": {"get": {"operationId": "b"}, "put": {"operationId": "c", "security": []}}})

    assert found.find("GET", "/a").operation.secured
    assert not found.find("PUT", "/a").operation.secured


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ({"operationId": "b", "security": [{"bearer": []}, {}]}, "optional security"),
        ({}, "no operationId"),
        ({"operationId": "b", "requestBody": {"content": {}}}, "must not have a body"),
    ],
)
def test_a_contract_that_cannot_be_served_safely_is_refused(definition: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ContractError, match=complaint):
        routes(**{"/a": {"get": definition}})
