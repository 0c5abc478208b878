"""Each hostile request of the list is refused as the list says, as a problem, and the server stays right."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.types import ASGIApp

from tests.edge.hostile_requests import REQUESTS, SIGNED_IN, wire_format
from tests.fakes.handlers import FakeHandlers
from tests.http_clients import Address, Response, request, send, serving


@pytest.fixture(scope="module")
def server(app: ASGIApp) -> Iterator[Address]:
    with serving(app) as address:
        yield address


def refusal(server: Address, hostile: Mapping[str, Any]) -> Response:
    return send(server, wire_format(hostile))[0]


@pytest.mark.parametrize("hostile", REQUESTS, ids=lambda hostile: hostile["name"])
def test_a_hostile_request_is_refused(server: Address, handlers: FakeHandlers, hostile: Mapping[str, Any]) -> None:
    calls = len(handlers.calls)

    response = refusal(server, hostile)

    assert response.status == hostile["status"], response
    assert len(handlers.calls) == calls
    assert "x-request-id" in response.headers
    assert json.loads(response.body).keys() >= expected_members(hostile)


def expected_members(hostile: Mapping[str, Any]) -> set[str]:
    if hostile["target"] == "/auth":
        return {"error", "error_description"}
    return {"type", "title", "status", "detail", "code", "request_id"}


def test_after_all_of_them_the_server_answers_as_before(server: Address) -> None:
    for hostile in REQUESTS:
        refusal(server, hostile)

    response = send(server, request("/tasks/1", SIGNED_IN))[0]

    assert response.status == 200
    assert response.json()["id"] == 1
