"""Every operation of the contract, asked by every kind of caller, against the written matrix."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from connexion.json_schema import resolve_refs
from starlette.types import ASGIApp

from tests.declared_problems import assert_declared
from tests.fakes.computing import at_once
from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.given import a_national_id
from tests.http_clients import ask
from tests.integration.access.callers import PASSWORD, Callers, register_callers
from tests.postgres import Database
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage
from timetrack.contracts import read_contract
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.services.authentication import PasswordAuthentication
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.entrypoints.http.handlers import Dependencies, handlers
from timetrack.resources import resource

CONTRACT = resolve_refs(read_contract(resource("api", "openapi.yaml")))
OPERATIONS = {each.operation["operationId"]: (each.method, each.path, each.operation) for each in definitions(CONTRACT)}
WRITTEN = yaml.safe_load(Path(__file__).with_name("permission_matrix.yaml").read_text(encoding="utf-8"))
CELLS = [
    pytest.param(operation_id, caller, status, id=f"{operation_id}-{caller}")
    for operation_id, statuses in WRITTEN["matrix"].items()
    for caller, status in zip(WRITTEN["callers"], statuses, strict=True)
]
SEES_ALL = ("own", "manager", "admin")


@pytest.fixture(scope="module")
def storage(shared_database: Database) -> Iterator[PostgresStorage]:
    with open_storage(shared_database.application_url, PoolLimits(size=4)) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(storage: PostgresStorage) -> ASGIApp:
    hasher = FakeHasher()
    authentication = PasswordAuthentication(storage, hasher, TokenLifetime(absolute=3600, idle=3600))
    world = Dependencies(
        authentication=authentication,
        people=FakePeopleInfo(),
        hasher=hasher,
        registration_open=True,
        registrations_per_address=0,
        version="1.2.3",
        demo=False,
        obstacle=storage.obstacle,
        compute=at_once,
    )
    return create_app(handlers=handlers(storage, world), authenticate=authentication.authenticate)


@pytest.fixture
def callers(storage: PostgresStorage, database: Database) -> Callers:  # noqa: ARG001 - it comes emptied
    return register_callers(storage)


def test_the_matrix_names_every_operation_of_the_contract() -> None:
    assert set(WRITTEN["matrix"]) == set(OPERATIONS)
    assert set(WRITTEN["requests"]) <= set(OPERATIONS)


@pytest.mark.parametrize(("operation_id", "caller", "status"), CELLS)
def test_each_caller_may_do_what_the_matrix_says(
    app: ASGIApp, callers: Callers, operation_id: str, caller: str, status: int
) -> None:
    response = perform(app, callers, operation_id, caller)

    assert response.status_code == status, response.text
    assert str(status) in OPERATIONS[operation_id][2]["responses"]
    if response.headers.get("content-type") == "application/problem+json":
        assert_declared(OPERATIONS[operation_id][0].upper(), response.request.url.path, status, response.json()["code"])
    if caller not in SEES_ALL:
        assert str(callers.owner.national_id) not in f"{response.text}{response.headers}"
        assert callers.owner.address not in response.text


def perform(app: ASGIApp, callers: Callers, operation_id: str, caller: str) -> httpx.Response:
    method, path, operation = OPERATIONS[operation_id]
    request = WRITTEN["requests"].get(operation_id, {})
    if "first" in request:
        perform(app, callers, request["first"], caller)
    token = callers.tokens.get(caller)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return ask(app, method.upper(), located(path, callers), headers=headers, **content(operation, request, callers))


def located(path: str, callers: Callers) -> str:
    thing = {"users": callers.owner.id, "tasks": callers.task, "time-entries": callers.entry}.get(path.split("/")[1])
    return path.replace("{id}", str(thing)).replace("{code}", "not_found")


def content(operation: Mapping[str, Any], request: Mapping[str, Any], callers: Callers) -> dict[str, Any]:
    """Return query and body as httpx takes them."""
    how: dict[str, Any] = {"params": filled(request.get("query", {}), callers)}
    media = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
    if media is None:
        return how
    media_type, definition = media
    body = filled(request.get("body", definition.get("example")), callers)
    return how | ({"data": body} if "form" in media_type else {"json": body})


def filled(given: Any, callers: Callers) -> Any:  # noqa: ANN401 - JSON
    """Put what belongs to the callers in the place of its names."""
    words = {
        "{owner}": callers.owner.id,
        "{task}": callers.task,
        "{national_id}": str(callers.owner.national_id),
        "{password}": PASSWORD,
        "{unregistered}": str(a_national_id()),
    }
    if isinstance(given, dict):
        return {name: filled(value, callers) for name, value in given.items()}
    if isinstance(given, list):
        return [filled(value, callers) for value in given]
    return words.get(given, given)
