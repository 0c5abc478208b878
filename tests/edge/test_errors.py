"""Every error has one shape, whoever noticed it, and tells no more than it should."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import httpx
import pytest
from jsonschema import Draft4Validator
from starlette.types import ASGIApp

from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import ask
from timetrack.domain.errors import (
    CredentialsInvalidError,
    DatabaseUnavailableError,
    ReportTooLargeError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TooManySignInsError,
    UnknownTimeZoneError,
)
from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.messages.call import Reply

SIGNED_IN = {"Authorization": f"Bearer {TOKEN}"}
SIGN_IN = {"grant_type": "password", "username": "1234567890", "password": "a password"}
PROBLEM = "application/problem+json"


def failing(error: Exception) -> Callable[..., NoReturn]:
    def answer(*_: object, **__: object) -> NoReturn:
        raise error

    return answer


FAILURES: list[tuple[int, str, tuple[str, str], dict[str, Any]]] = [
    (400, "bad_request", ("GET", "/tasks?limit=0"), {"headers": SIGNED_IN}),
    (401, "token_missing", ("GET", "/tasks"), {}),
    (401, "token_invalid", ("GET", "/tasks"), {"headers": {"Authorization": "Bearer nobody"}}),
    (404, "not_found", ("GET", "/nothing"), {}),
    (405, "method_not_allowed", ("PUT", "/tasks"), {}),
    (413, "content_too_large", ("POST", "/users"), {"content": b" " * 65537}),
    (415, "unsupported_media_type", ("POST", "/users"), {"data": {"a": "b"}}),
]


@pytest.mark.parametrize(("status", "code", "request_line", "how"), FAILURES)
def test_a_refusal_of_the_edge_is_a_problem(
    app: ASGIApp, status: int, code: str, request_line: tuple[str, str], how: Mapping[str, Any]
) -> None:
    response = ask(app, *request_line, **how)

    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    assert response.json() | {"status": status, "code": code, "type": f"/problems/{code}"} == response.json()
    assert response.json()["request_id"] == response.headers["x-request-id"]


DOMAIN_ERRORS: list[tuple[Exception, dict[str, Any]]] = [
    (TaskNotFoundError(), {"status": 404, "code": "task_not_found", "title": "Not Found"}),
    (TimerAlreadyRunningError(42), {"status": 409, "code": "timer_already_running", "time_entry_id": 42}),
    (TimeEntryOverlapError([4, 5]), {"status": 409, "code": "time_entry_overlap", "time_entry_ids": [4, 5]}),
    (
        UnknownTimeZoneError(),
        {
            "status": 422,
            "errors": [{"in": "body", "pointer": "/time_zone", "message": str(UnknownTimeZoneError())}],
        },
    ),
]


@pytest.mark.parametrize(("error", "members"), DOMAIN_ERRORS)
def test_a_refusal_of_the_domain_is_a_problem_with_its_facts(
    app: ASGIApp, handlers: FakeHandlers, error: Exception, members: Mapping[str, Any]
) -> None:
    handlers.answers["tasks.get"] = failing(error)

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert response.status_code == members["status"]
    assert response.json() | members == response.json()
    assert list(Draft4Validator(problem_schema(app)).iter_errors(response.json())) == []


def test_a_refusal_that_is_about_a_query_names_the_parameter(app: ASGIApp, handlers: FakeHandlers) -> None:
    error = ReportTooLargeError(100)
    handlers.answers["reports.calendar"] = failing(error)
    days = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z"

    response = ask(app, "GET", f"/users/7/time-entries.ics?{days}", headers=SIGNED_IN)

    assert response.json()["errors"] == [{"in": "query", "name": "to", "message": str(error)}]


def problem_schema(app: ASGIApp) -> dict[str, Any]:
    contract = ask(app, "GET", "/openapi.json").json()
    return {"$ref": "#/components/schemas/Problem", "components": contract["components"]}


def test_a_bug_says_nothing_but_its_request_id_and_is_logged_whole(
    app: ASGIApp, handlers: FakeHandlers, caplog: pytest.LogCaptureFixture
) -> None:
    handlers.answers["tasks.get"] = failing(ZeroDivisionError("what nobody should see"))

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN | {"X-Request-ID": "mine-1"})

    (failure,) = [record for record in caplog.records if record.getMessage() == "failure"]
    assert response.status_code == 500
    assert "nobody should see" not in response.text
    assert response.json()["request_id"] == "mine-1"
    assert failure.exc_info is not None
    assert (failure.__dict__["request_id"], failure.__dict__["operation"]) == ("mine-1", "tasks.get")


def test_a_body_that_json_cannot_write_is_a_bug(app: ASGIApp, handlers: FakeHandlers) -> None:
    handlers.answers["tasks.get"] = lambda *_, **__: Reply(body={"x": {1, 2}})

    response = ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    assert (response.status_code, response.json()["code"]) == (500, "internal_error")


def test_a_verifier_that_cannot_answer_is_not_a_bad_token(compiled: bool) -> None:  # noqa: FBT001 - a fixture
    def authenticate(_: str) -> Caller:
        raise DatabaseUnavailableError

    app = create_app(handlers=FakeHandlers(), authenticate=authenticate, compiled=compiled)

    response = ask(app, "GET", "/tasks", headers=SIGNED_IN)

    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert response.headers["retry-after"] == "1"


def test_a_token_is_asked_about_once_though_two_schemes_take_it(*, compiled: bool) -> None:
    asked = []

    def authenticate(token: str) -> Caller:
        asked.append(token)
        return fake_authenticate(token)

    app = create_app(handlers=FakeHandlers(), authenticate=authenticate, compiled=compiled)

    response = ask(app, "GET", "/tasks", headers={"Authorization": "Bearer nobody"})

    assert (response.status_code, asked) == (401, ["nobody"])


def test_a_missing_token_and_a_bad_one_are_challenged_differently(app: ASGIApp) -> None:
    missing = ask(app, "GET", "/tasks")
    bad = ask(app, "GET", "/tasks", headers={"Authorization": "Bearer nobody"})

    assert missing.headers["www-authenticate"] == "Bearer"
    assert bad.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize(
    ("target", "allowed"),
    [("/tasks", "GET, HEAD, POST"), ("/tasks/1", "DELETE, GET, HEAD, PATCH, PUT"), ("/auth", "POST")],
)
def test_a_wrong_method_is_told_all_the_right_ones(app: ASGIApp, target: str, allowed: str) -> None:
    response = ask(app, "OPTIONS", target)

    assert (response.status_code, response.headers["allow"]) == (405, allowed)


OAUTH_ERRORS: list[tuple[str, dict[str, Any]]] = [
    ("unsupported_grant_type", {"data": SIGN_IN | {"grant_type": "implicit"}}),
    ("unsupported_grant_type", {"data": {"grant_type": "client_credentials", "scope": "everything"}}),
    ("invalid_scope", {"data": SIGN_IN | {"scope": "everything"}}),
    ("invalid_request", {"data": {"grant_type": "password"}}),
    ("invalid_request", {"params": {"x": "1"}, "data": SIGN_IN}),
    ("invalid_request", {}),
]


@pytest.mark.parametrize(("code", "how"), OAUTH_ERRORS)
def test_a_bad_sign_in_is_refused_as_oauth_says(app: ASGIApp, code: str, how: Mapping[str, Any]) -> None:
    response = ask(app, "POST", "/auth", **how)

    assert (response.status_code, response.json()["error"]) == (400, code)
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


@pytest.fixture(params=["/auth", "/auth/revoke"])
def token_endpoint(
    app: ASGIApp, handlers: FakeHandlers, request: pytest.FixtureRequest
) -> Callable[[Exception], httpx.Response]:
    """An endpoint of OAuth's, whose handler fails by an error."""

    def fail(error: Exception) -> httpx.Response:
        handlers.answers |= {"auth.sign_in": failing(error), "auth.revoke": failing(error)}
        return ask(app, "POST", request.param, data=SIGN_IN | {"token": "x"})

    return fail


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (TooManySignInsError(7), 429, "temporarily_unavailable"),
        (DatabaseUnavailableError(), 503, "temporarily_unavailable"),
        (RuntimeError("a bug"), 500, "server_error"),
    ],
)
def test_every_error_of_a_token_endpoint_is_one_of_oauth(
    token_endpoint: Callable[[Exception], httpx.Response], error: Exception, status: int, code: str
) -> None:
    response = token_endpoint(error)

    assert (response.status_code, response.json()["error"]) == (status, code)
    assert response.json().keys() == {"error", "error_description"}
    assert response.headers["content-type"] == "application/json"
    assert ("retry-after" in response.headers) == (status != 500)


@pytest.mark.parametrize("path", ["/auth", "/auth/revoke"])
@pytest.mark.parametrize(
    ("status", "how"),
    [(413, {"content": b"x" * 70_000}), (415, {"json": {}})],
)
def test_what_the_edge_itself_refuses_there_is_an_error_of_oauth_too(
    app: ASGIApp, path: str, status: int, how: Mapping[str, Any]
) -> None:
    response = ask(app, "POST", path, **how)

    assert (response.status_code, response.json()["error"]) == (status, "invalid_request")


@pytest.mark.parametrize("path", ["/auth", "/auth/revoke"])
def test_a_member_of_a_form_that_is_not_known_is_passed_over(app: ASGIApp, handlers: FakeHandlers, path: str) -> None:
    response = ask(
        app, "POST", path, data=SIGN_IN | {"token": "x", "audience": "https://hours.example", "Resource": ""}
    )

    assert response.status_code == 200
    assert len(handlers.calls) == 1


def test_wrong_credentials_are_an_invalid_grant(app: ASGIApp, handlers: FakeHandlers) -> None:
    handlers.answers["auth.sign_in"] = failing(CredentialsInvalidError())

    response = ask(app, "POST", "/auth", data=SIGN_IN)

    assert response.status_code == 400
    assert response.json() == {"error": "invalid_grant", "error_description": str(CredentialsInvalidError())}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["tt_canary9f3", "canary9f3 7", "1234 canary9f3", "canary9f3" * 8])
def test_no_error_repeats_what_was_sent(app: ASGIApp, method: str, name: str) -> None:
    canary = "canary9f3"
    how: dict[str, Any] = (
        {"json": {"national_id": canary, "password": canary[:5], name: canary}} if method == "POST" else {}
    )

    response = ask(app, method, f"/users?limit={canary}&{name}={canary}", headers=SIGNED_IN, **how)

    assert response.status_code == 400
    assert canary not in response.text
    assert canary[:5] not in response.text


WRONG = [
    (
        ("GET", "/tasks?colour=red"),
        None,
        {"in": "query", "name": "colour", "message": "is not a parameter that is known"},
    ),
    (("GET", "/tasks?limit=1&limit=2"), None, {"in": "query", "name": "limit", "message": "is there twice"}),
    (("GET", "/tasks?limit=101"), None, {"in": "query", "name": "limit", "message": "is too large: at most 100"}),
    (
        ("GET", "/tasks?limit=x"),
        None,
        {"in": "query", "name": "limit", "message": "is of the wrong type: an integer is wanted"},
    ),
    (
        ("POST", "/tasks"),
        {"description": "x", "colour": 1},
        {"pointer": "/colour", "message": "is not a member that is known"},
    ),
    (
        ("POST", "/tasks"),
        {"description": "x" * 1001},
        {"pointer": "/description", "message": "is too long: at most 1000 characters"},
    ),
    (
        ("POST", "/tasks/1/start"),
        {"start": "yesterday"},
        {"pointer": "/start", "message": "is not a valid date-time, such as `2026-03-29T09:00:00+02:00`"},
    ),
    (
        ("PATCH", "/users/7"),
        {"timers": "many"},
        {"pointer": "/timers", "message": "is none of `single`, `parallel`"},
    ),
    (
        ("PATCH", "/users/7"),
        {"time_zone": "Berlin, Europe"},
        {"pointer": "/time_zone", "message": "is not of the right form, such as `Europe/Berlin`"},
    ),
]


@pytest.mark.parametrize(("asked", "body", "fault"), WRONG)
def test_a_fault_names_what_is_wrong_and_what_is_wanted(
    app: ASGIApp, asked: tuple[str, str], body: object, fault: Mapping[str, str]
) -> None:
    how: dict[str, Any] = {} if body is None else {"json": body}

    response = ask(app, *asked, headers=SIGNED_IN, **how)

    assert response.status_code == 400
    assert {"in": "body"} | dict(fault) in response.json()["errors"]


def test_demo_mode_answers_to_this_machine_only(compiled: bool) -> None:  # noqa: FBT001 - a fixture
    app = create_app(handlers=FakeHandlers(), authenticate=fake_authenticate, loopback_only=True, compiled=compiled)

    near = ask(app, "GET", "/health")
    far = ask(app, "GET", "/health", client=("192.0.2.1", 1))
    passed_on = ask(app, "GET", "/health", headers={"X-Forwarded-For": "127.0.0.1"})
    rebound = ask(app, "GET", "/health", headers={"Host": "evil.example"})

    assert near.status_code == 200
    assert [(each.status_code, each.json()["code"]) for each in (far, passed_on, rebound)] == [
        (403, "demo_loopback_only")
    ] * 3


def test_each_request_is_logged_once_without_what_it_held(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="timetrack.entrypoints.http.edge.access_log"):
        ask(app, "GET", "/tasks?description=canary", headers=SIGNED_IN | {"X-Request-ID": "r-1"})

    (line,) = [record for record in caplog.records if record.getMessage() == "request"]
    assert {"operation": "tasks.list", "status": 200, "request_id": "r-1"}.items() <= line.__dict__.items()
    assert "canary" not in str(line.__dict__)


def test_a_request_id_that_is_not_fit_for_a_log_is_replaced(app: ASGIApp) -> None:
    response = ask(app, "GET", "/health", headers={"X-Request-ID": "two words"})

    assert len(response.headers["x-request-id"]) == 32
