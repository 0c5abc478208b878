"""What handlers are told, and how what they answer goes out."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import pytest
from connexion.json_schema import resolve_refs
from starlette.types import ASGIApp

from tests.fakes.handlers import CALLER, TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import ask
from timetrack.contracts import read_contract
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.contract.definitions import Definition, definitions
from timetrack.entrypoints.http.contract.operations import ContractError
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.resources import resource

SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
CONTRACT = resolve_refs(read_contract(resource("api", "openapi.yaml")))
READS = [each for each in definitions(CONTRACT) if each.method == "get" and each.operation.get("security") != []]


def test_a_handler_is_told_who_asks_and_what(app: ASGIApp, handlers: FakeHandlers) -> None:
    ask(app, "GET", "/tasks?description=a%20b", headers=SIGNED_IN | {"X-Request-ID": "r-1"})

    call, arguments = handlers.last
    assert (call.operation_id, call.path, call.query, call.request_id) == (
        "tasks.list",
        "/tasks",
        "description=a%20b",
        "r-1",
    )
    assert call.caller == CALLER
    assert call.headers["host"] == "localhost"
    assert arguments == {"description": "a b", "limit": 20}


def test_nobody_is_signed_in_where_no_token_is_asked_for(app: ASGIApp, handlers: FakeHandlers) -> None:
    ask(app, "GET", "/health", headers=SIGNED_IN)

    assert handlers.last[0].caller is None


@pytest.mark.parametrize("how", [{}, {"headers": {"Content-Type": "application/json"}}])
def test_an_optional_body_that_is_absent_is_none(app: ASGIApp, handlers: FakeHandlers, how: dict[str, Any]) -> None:
    ask(app, "POST", "/tasks/1/start", headers=SIGNED_IN | how.get("headers", {}))

    assert handlers.last[1] == {"id": 1, "body": None}


@pytest.mark.parametrize("media_type", ["application/merge-patch+json", "application/json; charset=UTF-8"])
def test_a_patch_may_be_of_either_media_type(app: ASGIApp, handlers: FakeHandlers, media_type: str) -> None:
    headers = SIGNED_IN | {"Content-Type": media_type}

    response = ask(app, "PATCH", "/tasks/1", headers=headers, content=b'{"description": "x"}')

    assert response.status_code == 200
    assert handlers.last[1] == {"id": 1, "body": {"description": "x"}}


def test_a_body_arrives_as_it_was_written(app: ASGIApp, handlers: FakeHandlers) -> None:
    body = {"start": "2026-01-01T00:00:00+02:00", "description": "überfällig"}

    ask(app, "POST", "/tasks/1/start", headers=SIGNED_IN, json=body)

    assert handlers.last[1]["body"] == body


def test_json_goes_out_compact_and_in_utf8(app: ASGIApp, handlers: FakeHandlers) -> None:
    handlers.answers["tasks.get"] = lambda *_, **__: Reply(body={"a": "ü", "b": 1})

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert response.content == '{"a":"ü","b":1}'.encode()
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("body", [lambda: b"a,b\r\n", lambda: iter([b"a,", b"b\r\n"])])
def test_bytes_go_out_as_they_are(app: ASGIApp, handlers: FakeHandlers, body: Callable[[], object]) -> None:
    handlers.answers["tasks.get"] = lambda *_, **__: Reply(
        body=body(), content_type="text/csv", headers={"ETag": '"1"'}
    )

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert response.content == b"a,b\r\n"
    assert (response.headers["content-type"], response.headers["etag"]) == ("text/csv", '"1"')


@pytest.mark.parametrize("status", [204, 304])
def test_a_reply_without_content_has_no_body_and_no_type(app: ASGIApp, handlers: FakeHandlers, status: int) -> None:
    handlers.answers["tasks.get"] = lambda *_, **__: Reply(status=status, body=None)

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert (response.status_code, response.content) == (status, b"")
    assert "content-type" not in response.headers


def test_head_is_get_without_a_body(app: ASGIApp) -> None:
    head, get = (ask(app, method, "/tasks/1", headers=SIGNED_IN) for method in ("HEAD", "GET"))

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    ("target", "kept"), [("/tasks/1", "private, no-cache"), ("/nothing", "no-store"), ("/ui/", None)]
)
def test_every_response_protects_itself(app: ASGIApp, target: str, kept: str | None) -> None:
    response = ask(app, "GET", target, headers=SIGNED_IN)

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers.get("cache-control") == kept


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", [200, 304])
@pytest.mark.parametrize("read", READS, ids=lambda read: read.operation["operationId"])
def test_a_cache_may_keep_every_read_and_has_to_ask(
    app: ASGIApp, handlers: FakeHandlers, read: Definition, status: int, method: str
) -> None:
    required = [each for each in read.parameters if each.get("required")]
    query = {each["name"]: each["example"] for each in required if each["in"] == "query"}
    path = read.path.format_map({each["name"]: each["example"] for each in required if each["in"] == "path"})
    name = read.operation["operationId"]
    handlers.answers[name] = lambda *_, **__: Reply(status=status, body=None, headers={"ETag": '"1"'})

    response = ask(app, method, path, params=query, headers=SIGNED_IN)

    assert response.status_code == status
    assert (response.headers["cache-control"], response.headers["vary"]) == (
        "private, no-cache",
        "Authorization, Accept",
    )


@pytest.mark.parametrize(
    ("method", "target", "token"),
    [
        ("GET", "/tasks/1", {}),
        ("GET", "/tasks/1?limit=1", SIGNED_IN),
        ("GET", "/health", {}),
        ("POST", "/tasks/1/start", SIGNED_IN),
        ("DELETE", "/tasks/1", SIGNED_IN),
    ],
)
def test_no_cache_keeps_refusals_and_writes(app: ASGIApp, method: str, target: str, token: dict[str, str]) -> None:
    response = ask(app, method, target, headers=token)

    assert response.headers["cache-control"] == "no-store"
    assert "vary" not in response.headers


def test_what_a_handler_tells_caches_stays(app: ASGIApp, handlers: FakeHandlers) -> None:
    handlers.answers["tasks.get"] = lambda *_, **__: Reply(body={}, headers={"Cache-Control": "no-store"})

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert response.headers.get_list("cache-control") == ["no-store"]


def test_the_documentation_loads_nothing_from_elsewhere(app: ASGIApp) -> None:
    page = ask(app, "GET", "/ui/")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    parts = [ask(app, "GET", urljoin("/ui/", part)) for part in loaded]

    assert "://" not in page.text
    assert "../openapi.json" in loaded
    assert [part.status_code for part in parts] == [200] * len(loaded)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


def test_the_contract_is_served_as_it_was_written(app: ASGIApp) -> None:
    contract = ask(app, "GET", "/openapi.json").json()

    assert contract["openapi"] == "3.0.3"
    assert contract["paths"]["/tasks/{id}"]["parameters"] == [{"$ref": "#/components/parameters/TaskId"}]


def test_each_example_of_the_contract_passes_the_validation_of_responses() -> None:
    handlers = FakeHandlers()
    app = create_app(handlers=handlers, authenticate=fake_authenticate, validate_responses=True)
    handlers.answers["tasks.get"] = lambda *_, **__: Reply(body={"id": "not a number"})

    right = ask(app, "GET", "/users/7", headers=SIGNED_IN)
    wrong = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert (right.status_code, wrong.status_code) == (200, 500)


def test_an_operation_without_a_handler_keeps_the_server_from_starting() -> None:
    handlers = dict(FakeHandlers())
    del handlers["tasks.get"]

    with pytest.raises(ContractError, match=r"operation tasks\.get has no handler"):
        create_app(handlers=handlers, authenticate=fake_authenticate)


def test_a_handler_without_an_operation_keeps_the_server_from_starting() -> None:
    handlers = dict(FakeHandlers()) | {"tasks.frobnicate": lambda *_: Reply(body=None)}

    with pytest.raises(ContractError, match=r"handler tasks\.frobnicate has no operation"):
        create_app(handlers=handlers, authenticate=fake_authenticate)
