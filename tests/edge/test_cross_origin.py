"""Web pages from elsewhere may use the API only if their origin is named."""

import pytest
from starlette.types import ASGIApp

from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import ask
from timetrack.entrypoints.http.app import create_app

FRIEND = "https://hours.example"
SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture(scope="module")
def app() -> ASGIApp:
    return create_app(handlers=FakeHandlers(), authenticate=fake_authenticate, origins=[FRIEND])


@pytest.fixture(scope="module")
def closed() -> ASGIApp:
    return create_app(handlers=FakeHandlers(), authenticate=fake_authenticate)


def test_a_page_of_a_named_origin_may_ask_and_read(app: ASGIApp) -> None:
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": FRIEND, **PREFLIGHT})
    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert (preflight.status_code, preflight.content) == (204, b"")
    assert preflight.headers["access-control-allow-methods"] == "GET, POST"
    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    assert response.status_code == 200
    assert [each.headers["access-control-allow-origin"] for each in (preflight, response)] == [FRIEND] * 2
    assert "ETag" in response.headers["access-control-expose-headers"]


def test_a_page_of_a_named_origin_may_read_refusals_too(app: ASGIApp) -> None:
    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND})

    assert (response.status_code, response.headers["access-control-allow-origin"]) == (401, FRIEND)


@pytest.mark.parametrize("origin", ["https://evil.example", f"{FRIEND}.evil.example", "http://hours.example", "null"])
def test_other_pages_may_not(app: ASGIApp, origin: str) -> None:
    preflight = ask(app, "OPTIONS", "/tasks", headers={"Origin": origin, **PREFLIGHT})
    response = ask(app, "GET", "/tasks", headers={"Origin": origin, **SIGNED_IN})

    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in {**preflight.headers, **response.headers}
    assert response.headers["vary"] == "Origin"


def test_credentials_are_never_allowed(app: ASGIApp) -> None:
    response = ask(app, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert "access-control-allow-credentials" not in response.headers


def test_a_path_that_does_not_exist_is_not_there_beforehand_either(app: ASGIApp) -> None:
    assert ask(app, "OPTIONS", "/nothing", headers={"Origin": FRIEND, **PREFLIGHT}).status_code == 404


def test_where_no_origin_is_named_browsers_are_told_nothing(closed: ASGIApp) -> None:
    preflight = ask(closed, "OPTIONS", "/tasks", headers={"Origin": FRIEND, **PREFLIGHT})
    response = ask(closed, "GET", "/tasks", headers={"Origin": FRIEND, **SIGNED_IN})

    assert preflight.status_code == 405
    assert not [name for name in {**preflight.headers, **response.headers} if name.startswith("access-control")]
