"""What the log tells of each request: enough to find it, and nothing that was sent."""

import logging

import pytest
from starlette.types import ASGIApp

from tests.fakes.handlers import CALLER, TOKEN, FakeHandlers
from tests.http_clients import ask
from timetrack.entrypoints.http.messages.call import Reply

SIGNED_IN = {"Authorization": f"Bearer {TOKEN}", "X-Request-ID": "r-1"}


def asked(
    app: ASGIApp, caplog: pytest.LogCaptureFixture, method: str, target: str, headers: dict[str, str]
) -> logging.LogRecord:
    """Return the record of a request."""
    with caplog.at_level(logging.INFO, "timetrack.entrypoints.http.edge.access_log"):
        ask(app, method, target, headers=headers)
    (record,) = (each for each in caplog.records if each.message == "request")
    return record


@pytest.mark.parametrize(
    ("method", "target", "facts"),
    [
        ("GET", "/tasks/4711?limit=1", ("tasks.get", "GET", "/tasks/{id}", 400, CALLER.user_id)),
        ("HEAD", "/tasks/4711", ("tasks.get", "HEAD", "/tasks/{id}", 200, CALLER.user_id)),
        ("POST", "/tasks/4711/stop", ("tracking.stop", "POST", "/tasks/{id}/stop", 200, CALLER.user_id)),
        ("GET", "/health", ("health.alive", "GET", "/health", 200, None)),
        ("GET", "/secret4711", ("none", "GET", "none", 404, None)),
        ("PUT", "/tasks", ("none", "PUT", "none", 405, None)),
    ],
)
def test_a_line_tells_what_was_asked_by_whom(
    app: ASGIApp, caplog: pytest.LogCaptureFixture, method: str, target: str, facts: tuple[object, ...]
) -> None:
    record = vars(asked(app, caplog, method, target, SIGNED_IN))

    assert tuple(record.get(name) for name in ("operation", "method", "path", "status", "user_id")) == facts
    assert record["request_id"] == "r-1"
    assert record["ms"] >= 0


def test_who_has_no_token_is_no_user(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    record = vars(asked(app, caplog, "GET", "/tasks/1", {}))

    assert (record["status"], record.get("user_id")) == (401, None)


def test_nothing_of_a_path_is_in_the_line(app: ASGIApp, caplog: pytest.LogCaptureFixture) -> None:
    record = vars(asked(app, caplog, "GET", "/users/4711/time-entries.ics", SIGNED_IN))

    assert record["path"] == "/users/{id}/time-entries.ics"
    assert not [value for value in record.values() if "/4711" in str(value)]


def test_a_failure_tells_it_too(app: ASGIApp, handlers: FakeHandlers, caplog: pytest.LogCaptureFixture) -> None:
    def failing(*_: object, **__: object) -> Reply[None]:
        raise ZeroDivisionError

    handlers.answers["tasks.get"] = failing
    ask(app, "GET", "/tasks/1", headers=SIGNED_IN)

    (record,) = (vars(each) for each in caplog.records if each.message == "failure")
    assert (record["method"], record["path"], record["user_id"]) == ("GET", "/tasks/{id}", CALLER.user_id)
