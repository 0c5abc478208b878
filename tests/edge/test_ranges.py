"""Ranges as requests write them, by instants, local dates and periods; and reports by GET; over the fakes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from icalendar import Calendar
from starlette.types import ASGIApp

from tests.fakes.application import Application
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, start, stop
from tests.http_clients import ask
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange

HOUR = timedelta(hours=1)
NIGHT = datetime(2026, 3, 28, 21, tzinfo=UTC)
"""22:00 in Berlin; in this night the clocks are put forward, and the next day is a Sunday."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def storage() -> FakeStorage:
    storage = FakeStorage()
    storage.clock.now = NIGHT + 100 * HOUR
    return storage


@pytest.fixture
def app(application: Application, storage: FakeStorage) -> ASGIApp:
    return application.over(storage)


@pytest.fixture
def boss(storage: FakeStorage) -> User:
    a_user(storage)
    return a_user(storage, UserChange(role=Role.MANAGER, time_zone="Asia/Tokyo"))


@pytest.fixture
def user(storage: FakeStorage, boss: User) -> User:  # noqa: ARG001 - who registers first is admin
    return a_user(storage, UserChange(time_zone="Europe/Berlin"))


@pytest.fixture
def task(storage: FakeStorage, user: User) -> Task:
    """Worked on from 22:00 to 07:30, which are eight hours and a half."""
    task = a_task(storage, user)
    start(storage, user, task, NIGHT)
    stop(storage, user, task, NIGHT + 8.5 * HOUR)
    return task


def get(app: ASGIApp, who: User, path: str, accept: str = "", **query: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {who.id}", "Accept": accept}
    return ask(app, "GET", f"{path}?{urlencode(query)}", headers=headers)


def post(app: ASGIApp, who: User, path: str, body: dict[str, Any]) -> httpx.Response:
    return ask(app, "POST", path, headers={"Authorization": f"Bearer {who.id}"}, json=body)


def rows(response: httpx.Response, *periods: str) -> list[tuple[Any, ...]]:
    return [(*(row[period] for period in periods), row["duration"]["total_seconds"]) for row in response.json()["rows"]]


def between(response: httpx.Response) -> tuple[str, str]:
    return response.json()["from"], response.json()["to"]


QUESTIONS: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"period": "2026-03"}, {"period": "2026-03"}),
    ({"from": "2026-03-28", "to": "2026-03-30"}, {"from": "2026-03-28", "to": "2026-03-30"}),
    (
        {"period": "2026-W13", "group_by": "day,task", "day_starts_at": "05:30"},
        {"period": "2026-W13", "group_by": ["day", "task"], "day_starts_at": "05:30"},
    ),
    (
        {"period": "2026-03", "group_by": "week", "week_starts_on": "sunday", "time_zone": "America/New_York"},
        {"period": "2026-03", "group_by": ["week"], "week_starts_on": "sunday", "time_zone": "America/New_York"},
    ),
]


@pytest.mark.usefixtures("task")
@pytest.mark.parametrize(("query", "body"), QUESTIONS)
def test_a_report_by_get_is_the_report_by_post(
    app: ASGIApp, boss: User, user: User, query: dict[str, str], body: dict[str, Any]
) -> None:
    own = get(app, boss, f"/users/{user.id}/report", **query)
    of_all = get(app, boss, "/report", **query)

    assert (own.status_code, of_all.status_code) == (200, 200)
    assert own.json()["rows"]
    assert of_all.json()["rows"]
    assert own.json() == post(app, boss, f"/users/{user.id}/report", body).json()
    assert of_all.json() == post(app, boss, "/report", body).json()


def test_a_report_of_many_by_get_takes_users_and_tasks(app: ASGIApp, boss: User, user: User, task: Task) -> None:
    lists = {"user_ids": f"{user.id},{boss.id}", "task_ids": f"{task.id}", "group_by": "user"}

    found = get(app, boss, "/report", period="2026-03", **lists).json()
    refused = get(app, user, "/report", period="2026-03", user_ids=f"{user.id},{boss.id}")

    assert (found["user_ids"], found["task_ids"]) == ([boss.id, user.id], [task.id])
    assert [row["user"]["id"] for row in found["rows"]] == [user.id]
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


@pytest.mark.usefixtures("task")
def test_a_report_by_get_without_a_range_is_of_all_time(app: ASGIApp, user: User) -> None:
    report = get(app, user, f"/users/{user.id}/report")

    assert between(report) == ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    assert report.json()["total"]["total_seconds"] == 30_600


@pytest.mark.parametrize(
    ("form", "accept", "content_type"),
    [
        ("json", "text/csv", "application/json"),
        ("csv", "application/json", "text/csv; charset=utf-8; header=present"),
        ("csv", "image/png", "text/csv; charset=utf-8; header=present"),
        ("xlsx", "", XLSX),
    ],
)
def test_the_format_wins_over_accept(  # noqa: PLR0913, PLR0917 - fixtures and a table
    app: ASGIApp, boss: User, user: User, form: str, accept: str, content_type: str
) -> None:
    answers = [
        get(app, boss, path, accept, period="2026-03", format=form) for path in (f"/users/{user.id}/report", "/report")
    ]

    assert [answer.headers["content-type"] for answer in answers] == [content_type] * 2


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ({"period": "2026-03", "from": "2026-03-01"}, 400, "from"),
        ({"period": "2026-03", "to": "2026-03-01"}, 400, "to"),
        ({"period": "2026-3"}, 400, "period"),
        ({"period": "2025-W53"}, 400, "period"),
        ({"from": "2026-02-29"}, 400, "from"),
        ({"to": "tomorrow-or-so"}, 400, "to"),
        ({"day_starts_at": "5:30"}, 400, "day_starts_at"),
        ({"week_starts_on": "Sunday"}, 400, "week_starts_on"),
        ({"group_by": "year"}, 400, "group_by"),
        ({"group_by": "day,day"}, 400, "group_by"),
        ({"group_by": ""}, 400, "group_by"),
        ({"group_by": "task,day,week,month"}, 400, "group_by"),
        ({"format": "pdf"}, 400, "format"),
        ({"time_zone": "Mars/Olympus"}, 422, "time_zone"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, 422, "to"),
        ({"group_by": "day"}, 422, "to"),
        ({"from": "2016-01-01", "to": "2026-03-01", "group_by": "month"}, 422, "to"),
    ],
)
def test_a_bad_question_by_get_names_the_parameter(
    app: ASGIApp, user: User, query: dict[str, str], status: int, name: str
) -> None:
    for path in (f"/users/{user.id}/report", "/report"):
        response = get(app, user, path, **query)

        assert response.status_code == status
        assert {(fault["in"], fault["name"]) for fault in response.json()["errors"]} == {("query", name)}


def test_ids_that_are_none_name_the_parameter(app: ASGIApp, boss: User) -> None:
    refused = get(app, boss, "/report", user_ids="1,1", task_ids="9223372036854775808")

    assert refused.status_code == 400
    assert [fault["name"] for fault in refused.json()["errors"]] == ["user_ids", "task_ids"]


def test_a_report_by_post_needs_both_ends_or_a_period(app: ASGIApp, user: User) -> None:
    bodies: list[dict[str, Any]] = [{}, {"from": "2026-03-01"}, {"period": "2026-03", "to": "2026-03-01"}]

    refused = [post(app, user, path, body) for path in (f"/users/{user.id}/report", "/report") for body in bodies]

    assert [each.status_code for each in refused] == [400] * 6
    assert [[fault["pointer"] for fault in each.json()["errors"]] for each in refused] == [
        ["/from", "/to"],
        ["/to"],
        ["/to"],
    ] * 2


@pytest.mark.usefixtures("task")
def test_a_date_is_of_the_reported_user_or_else_of_who_asks(app: ASGIApp, boss: User, user: User) -> None:
    sunday = {"from": "2026-03-29", "to": "2026-03-30"}

    of_user = get(app, boss, f"/users/{user.id}/report", **sunday)
    of_many = get(app, boss, "/report", **sunday)
    elsewhere = get(app, boss, f"/users/{user.id}/report", **sunday, time_zone="UTC")

    assert between(of_user) == ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")
    assert between(of_many) == ("2026-03-28T15:00:00Z", "2026-03-29T15:00:00Z")
    assert between(elsewhere) == ("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z")


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        ("2026-W13", "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ],
)
def test_a_period_stands_for_both_ends(app: ASGIApp, user: User, period: str, first: str, last: str) -> None:
    path = f"/users/{user.id}/report"

    assert between(get(app, user, path, period=period)) == (first, last)
    assert between(post(app, user, path, {"period": period})) == (first, last)


@pytest.mark.usefixtures("task")
def test_the_work_of_a_night_belongs_to_the_day_before(app: ASGIApp, user: User) -> None:
    path = f"/users/{user.id}/report"

    usual = get(app, user, path, period="2026-03", group_by="day")
    by_night = get(app, user, path, period="2026-03", group_by="day", day_starts_at="05:30")
    of_the_day = get(app, user, path, period="2026-03-28", group_by="day", day_starts_at="05:30")

    assert rows(usual, "day") == [("2026-03-28", 7200), ("2026-03-29", 23_400)]
    assert rows(by_night, "day") == [("2026-03-28", 23_400), ("2026-03-29", 7200)]
    assert rows(of_the_day, "day") == [("2026-03-28", 23_400)]
    assert between(of_the_day) == ("2026-03-28T04:30:00Z", "2026-03-29T03:30:00Z")


@pytest.mark.usefixtures("task")
def test_a_week_that_starts_on_sunday_is_written_by_its_first_day(app: ASGIApp, user: User) -> None:
    question = {"period": "2026-03", "group_by": ["week"], "week_starts_on": "sunday"}

    report = post(app, user, f"/users/{user.id}/report", question)

    assert rows(report, "week") == [("2026-03-22", 7200), ("2026-03-29", 23_400)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"from": "2026-03-28", "to": "2026-03-29"}, True),
        ({"from": "2026-03-29"}, True),
        ({"to": "2026-03-28"}, False),
        ({"from": "2026-03-30"}, False),
        ({"period": "2026-03"}, True),
        ({"period": "2026-W14"}, False),
        ({"period": "2026-03-29", "day_starts_at": "07:30"}, False),
        ({"from": "0001-01-01T00:00:00+12:00", "to": "9999-12-31T23:59:59-12:00"}, True),
    ],
)
def test_lists_and_calendars_take_dates_and_periods(
    app: ASGIApp, user: User, task: Task, query: dict[str, str], *, found: bool
) -> None:
    listed = get(app, user, "/time-entries", **query)
    calendar = get(app, user, f"/users/{user.id}/time-entries.ics", **query)

    assert [entry["task_id"] for entry in listed.json()["items"]] == [task.id] * found
    assert len(Calendar.from_ical(calendar.content).events) == found


@pytest.mark.usefixtures("task")
@pytest.mark.parametrize(("time_zone", "found"), [({}, 0), ({"time_zone": "Europe/Berlin"}, 1)])
def test_dates_of_a_list_are_those_of_who_asks(
    app: ASGIApp, boss: User, user: User, time_zone: dict[str, str], found: int
) -> None:
    # At 06:00 in Tokyo it is the 29th; in Berlin the 28th still.
    listed = get(app, boss, "/time-entries", user_id=str(user.id), to="2026-03-29", **time_zone)

    assert len(listed.json()["items"]) == found


def test_a_calendar_without_a_range_has_all_the_time(app: ASGIApp, user: User, task: Task) -> None:
    (event,) = Calendar.from_ical(get(app, user, f"/users/{user.id}/time-entries.ics").content).events

    assert str(event["summary"]) == task.description


def test_an_instant_beyond_the_calendar_is_its_end(app: ASGIApp, user: User) -> None:
    whole = {"from": "0000-01-01T00:00:00Z", "to": "9999-12-31T23:59:59-12:00"}

    report = post(app, user, f"/users/{user.id}/report", whole)

    assert (report.status_code, between(report)) == (200, ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"))


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({"from": "0001-01-01", "to": "0003-01-01"}, "0002-01-01T00:00:00Z", "0002-12-31T23:06:32Z"),
        ({"period": "9999-12"}, "9999-01-01T00:00:00Z", "9999-01-01T00:00:00Z"),
    ],
)
def test_at_the_ends_of_the_calendar_days_are_told_as_far_as_they_go(
    app: ASGIApp, user: User, query: dict[str, str], first: str, last: str
) -> None:
    report = get(app, user, f"/users/{user.id}/report", **query, group_by="day,week,month")

    assert (report.status_code, between(report)) == (200, (first, last))


def test_a_leap_second_is_the_second_behind_it(app: ASGIApp, user: User, task: Task) -> None:
    entry = {"task_id": task.id, "start": "2016-12-31T23:59:59Z", "end": "2016-12-31T23:59:60Z"}

    created = post(app, user, "/time-entries", entry).json()

    assert (created["end"], created["duration"]) == ("2017-01-01T00:00:00Z", 1)
