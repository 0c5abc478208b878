"""Web pages from elsewhere may use the API only if their origin is named."""

from collections.abc import Iterator

import pytest
from connexion.json_schema import resolve_refs
from httpx import Response
from starlette.types import ASGIApp

from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import ask
from timetrack.contracts import read_contract
from timetrack.domain.errors import (
    DatabaseUnavailableError,
    TaskNotFoundError,
    TimerAlreadyRunningError,
    TokenMissingError,
    TooManyKeysError,
)
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.contract.definitions import Definition, definitions
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.resources import resource

FRIEND = "https://hours.example"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


CONTRACT = resolve_refs(read_contract(resource("api", "openapi.yaml")))
APPS = ["chrome-extension://abcdefghijklmnopabcdefghijklmnop", "capacitor://localhost", "app://obsidian.md"]
# Pages read these whatever the server exposes (Fetch, "CORS-safelisted response-header name").
ALWAYS_EXPOSED = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified"}


@pytest.fixture(scope="module")
def app(all_handlers: FakeHandlers, compiled: bool) -> ASGIApp:  # noqa: FBT001 - a fixture
    origins = [FRIEND, *APPS]
    return create_app(handlers=all_handlers, authenticate=fake_authenticate, origins=origins, compiled=compiled)


@pytest.fixture(scope="module")
def closed() -> ASGIApp:
    return create_app(handlers=FakeHandlers(), authenticate=fake_authenticate)


def listed(response: Response, header: str) -> set[str]:
    return set(response.headers[header].lower().split(", "))


def named(definition: Definition) -> Iterator[str]:
    for response in definition.operation["responses"].values():
        yield from response.get("headers", {})


def test_a_page_of_a_named_origin_may_ask_and_read(app: ASGIApp) -> None:
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": FRIEND, **PREFLIGHT})
    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert (preflight.status_code, preflight.content) == (204, b"")
    assert {"get", "post"} <= listed(preflight, "access-control-allow-methods")
    assert "authorization" in listed(preflight, "access-control-allow-headers")
    assert response.status_code == 200
    assert [each.headers["access-control-allow-origin"] for each in (preflight, response)] == [FRIEND] * 2
    assert "etag" in listed(response, "access-control-expose-headers")


@pytest.mark.parametrize("origin", APPS)
def test_apps_whose_origins_have_schemes_of_their_own_may_too(app: ASGIApp, origin: str) -> None:
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": origin, **PREFLIGHT})
    response = ask(app, "GET", "/tasks", headers={"Origin": origin, **SIGNED_IN})

    assert [each.headers["access-control-allow-origin"] for each in (preflight, response)] == [origin] * 2


def test_a_page_may_read_and_send_every_header_of_the_contract(app: ASGIApp) -> None:
    answered = {name.lower() for each in definitions(CONTRACT) for name in named(each)}
    sent = {each["name"].lower() for one in definitions(CONTRACT) for each in one.parameters if each["in"] == "header"}

    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": FRIEND, **PREFLIGHT})

    assert {"content-disposition", "retry-after", "www-authenticate"} <= answered
    assert "if-match" in sent
    exposed = listed(response, "access-control-expose-headers")
    assert answered | {"allow", "x-request-id"} <= exposed | ALWAYS_EXPOSED
    assert sent | {"authorization", "x-request-id"} <= listed(preflight, "access-control-allow-headers")


def test_a_page_may_send_every_method_of_the_contract(app: ASGIApp) -> None:
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": FRIEND, **PREFLIGHT})

    assert {each.method for each in definitions(CONTRACT)} <= listed(preflight, "access-control-allow-methods")


@pytest.mark.parametrize(
    ("method", "target", "content", "status"),
    [
        ("GET", "/tasks/x", b"", 404),
        ("GET", "/no%2Fthing", b"", 404),
        ("PUT", "/tasks", b"{}", 405),
        ("GET", "/tasks?limit=0", b"", 400),
        ("POST", "/tasks", b"x" * 70_000, 413),
        ("POST", "/tasks", b"<task/>", 415),
        ("PUT", "/ui/", b"", 405),
    ],
)
def test_a_page_may_read_what_the_edge_refuses(
    app: ASGIApp, method: str, target: str, content: bytes, status: int
) -> None:
    asked = {"Origin": FRIEND, **PREFLIGHT, "Access-Control-Request-Method": method}
    preflight = ask(app, "OPTIONS", target, headers=asked)
    response = ask(app, method, target, headers={"Origin": FRIEND, **SIGNED_IN}, content=content)

    assert preflight.status_code == 204
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (status, FRIEND)
    assert method.lower() in listed(preflight, "access-control-allow-methods")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (TokenMissingError(), 401),
        (TaskNotFoundError(), 404),
        (TimerAlreadyRunningError(7), 409),
        (TooManyKeysError(), 429),
        (ZeroDivisionError(), 500),
        (DatabaseUnavailableError(), 503),
    ],
    ids=lambda value: value if isinstance(value, int) else type(value).__name__,
)
def test_a_page_may_read_what_a_handler_raises(
    app: ASGIApp, handlers: FakeHandlers, error: Exception, status: int
) -> None:
    def raising(*_: object, **__: object) -> Reply[None]:
        raise error.with_traceback(None)

    handlers.answers["tasks.list"] = raising
    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert (response.status_code, response.headers["access-control-allow-origin"]) == (status, FRIEND)
    assert {"retry-after", "www-authenticate", "x-request-id"} <= listed(response, "access-control-expose-headers")


@pytest.mark.parametrize("origin", ["https://evil.example", f"{FRIEND}.evil.example", "http://hours.example", "null"])
def test_other_pages_may_not(app: ASGIApp, origin: str) -> None:
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": origin, **PREFLIGHT})
    response = ask(app, "GET", "/tasks", headers={"Origin": origin, **SIGNED_IN})

    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in {**preflight.headers, **response.headers}
    assert "Origin" in response.headers.get_list("vary")


def test_credentials_are_never_allowed(app: ASGIApp) -> None:
    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert "access-control-allow-credentials" not in response.headers


def test_where_no_origin_is_named_browsers_are_told_nothing(closed: ASGIApp) -> None:
    preflight = ask(closed, "OPTIONS", "/tasks", headers={"Origin": FRIEND, **PREFLIGHT})
    response = ask(closed, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert preflight.status_code == 405
    assert not [name for name in {**preflight.headers, **response.headers} if name.startswith("access-control")]
