"""Every operation that writes understands `Idempotency-Key`, as the contract says it does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from connexion.json_schema import resolve_refs
from starlette.types import ASGIApp

from tests.fakes.application import Application
from tests.fakes.storage import FakeStorage
from tests.given import a_user
from tests.http_clients import ask
from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.resources import resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """An operation that writes, and the contract's own example of it."""

    operation_id: str
    method: str
    path: str
    definition: Mapping[str, Any]
    parameters: Mapping[str, Any]

    @property
    def body(self) -> object:
        content = self.definition.get("requestBody", {"content": {}})["content"]
        return content.get("application/json", {}).get("example")

    @property
    def target(self) -> str:
        return self.path.format(id=self.parameters["id"]["example"] if "id" in self.parameters else None)


def writes() -> Iterator[Write]:
    contract = resolve_refs(read_contract(resource("api", "openapi.yaml")))
    for each in definitions(contract):
        if each.method != "get":
            yield Write(
                operation_id=each.operation["operationId"],
                method=each.method.upper(),
                path=each.path,
                definition=each.operation,
                parameters={parameter["name"]: parameter for parameter in each.parameters},
            )


# Signing in, and out, is the one thing that a retry may do twice; reports write nothing.
KEYED = sorted(
    (write for write in writes() if not write.operation_id.startswith(("auth.", "reports."))),
    key=lambda write: write.operation_id,
)


@pytest.fixture
def app(application: Application) -> ASGIApp:
    storage = FakeStorage()
    a_user(storage)
    return application.over(storage)


def send(app: ASGIApp, write: Write, key: str, **further: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
    headers = {"Authorization": "Bearer 1", "Idempotency-Key": key}
    how = {"json": write.body, **further} if write.body or further else {}
    return ask(app, write.method, write.target, headers=headers, **how)


@pytest.mark.parametrize("write", KEYED, ids=lambda write: write.operation_id)
def test_the_contract_says_that_a_write_takes_a_key_and_how_a_repetition_shows(write: Write) -> None:
    responses = write.definition["responses"]
    success = min(responses)

    assert "Idempotency-Key" in write.parameters
    assert {"409", "422"} <= responses.keys()
    for status in (success, "409", "422"):
        assert "Idempotency-Replayed" in responses[status]["headers"]
    assert "Retry-After" in responses["409"]["headers"]


@pytest.mark.parametrize("write", KEYED, ids=lambda write: write.operation_id)
def test_a_repeated_write_gets_the_first_answer_byte_for_byte(app: ASGIApp, write: Write) -> None:
    # Most of them find nothing at the example's id: a refusal is an answer, too.
    first = send(app, write, "key")
    again = send(app, write, "key")

    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert ("idempotency-replayed" in first.headers, again.headers["idempotency-replayed"]) == (False, "true")
    assert without_what_is_new(first) == without_what_is_new(again)


def without_what_is_new(response: httpx.Response) -> dict[str, str]:
    new = {"x-request-id", "idempotency-replayed"}
    return {name: value for name, value in response.headers.items() if name not in new}


def test_a_key_is_bound_to_operation_path_and_body(app: ASGIApp) -> None:
    by_name = {write.operation_id: write for write in KEYED}
    send(app, by_name["tasks.create"], "key")

    another_body = send(app, by_name["tasks.create"], "key", json={"description": "another"})
    another_operation = send(app, by_name["tasks.delete"], "key")

    codes = [(each.status_code, each.json()["code"]) for each in (another_body, another_operation)]
    assert codes == [(422, "idempotency_key_reused")] * 2
