"""Each hostile request of the list is refused as the list says, as a problem, and the server stays right."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import Address, Response, request, send, serving
from timetrack.entrypoints.http.app import create_app

REQUESTS = yaml.safe_load(Path(__file__).with_name("hostile_requests.yaml").read_text(encoding="utf-8"))
SIGNED_IN = f"Authorization: Bearer {TOKEN}"


@pytest.fixture(scope="module")
def handlers() -> FakeHandlers:
    return FakeHandlers()


@pytest.fixture(scope="module")
def server(handlers: FakeHandlers, compiled: bool) -> Iterator[Address]:  # noqa: FBT001 - a fixture
    with serving(create_app(handlers=handlers, authenticate=fake_authenticate, compiled=compiled)) as address:
        yield address


def wire_format(hostile: Mapping[str, Any], signed_in: str = SIGNED_IN) -> bytes:
    headers = [] if hostile.get("anonymous") else [signed_in]
    body = bytes.fromhex(hostile["hex"]) if "hex" in hostile else spelled(hostile.get("body", ""))
    return request(
        spelled(hostile["target"]),
        *headers,
        *hostile.get("headers", []),
        method=hostile.get("method", "GET"),
        body=body,
    )


def spelled(text: str | Mapping[str, Any]) -> bytes:
    if isinstance(text, str):
        return text.encode()
    piece, times = text["repeat"]
    whole: str = text.get("before", "") + piece * times + text.get("after", "")
    return whole.encode()


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
    if hostile["target"] == "/auth" and hostile["status"] == 400:
        return {"error", "error_description"}
    return {"type", "title", "status", "detail", "code", "request_id"}


def test_after_all_of_them_the_server_answers_as_before(server: Address) -> None:
    for hostile in REQUESTS:
        refusal(server, hostile)

    response = send(server, request("/tasks/1", SIGNED_IN))[0]

    assert response.status == 200
    assert response.json()["id"] == 1
