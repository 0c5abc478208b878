"""Reports over HTTP: as JSON, CSV, a workbook or a calendar, over the fakes, each reply held to the contract."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import openpyxl
import pytest
from icalendar import Calendar, Event
from starlette.types import ASGIApp

from tests.fakes.computing import at_once
from tests.fakes.handlers import FakeHandlers
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, start, stop
from tests.http_clients import ask
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.reporting.reports import SumQuery, Sums
from timetrack.domain.services.reporting import Reporting
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.handlers.large_answers import LargeAnswers
from timetrack.entrypoints.http.handlers.reports import ReportHandlers

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
"""An hour before midnight in Berlin, where the next day has 23 hours."""

MARCH: dict[str, Any] = {"from": "2026-03-01T00:00:00+01:00", "to": "2026-04-01T00:00:00+02:00"}
BERLIN = MARCH | {"time_zone": "Europe/Berlin"}


@pytest.fixture
def storage() -> FakeStorage:
    storage = FakeStorage()
    storage.clock.now = BEGIN + 100 * HOUR
    return storage


@pytest.fixture(scope="module")
def served(all_handlers: FakeHandlers) -> ASGIApp:
    return create_app(handlers=all_handlers, authenticate=authenticate, validate_responses=True)


def authenticate(token: str) -> Caller:
    """Take a token for a user's id and role."""
    user_id, role = token.split("-")
    return Caller(user_id=UserId(int(user_id)), role=Role(role))


@pytest.fixture
def large_answers() -> LargeAnswers:
    return LargeAnswers()


@pytest.fixture
def app(served: ASGIApp, all_handlers: FakeHandlers, storage: FakeStorage, large_answers: LargeAnswers) -> ASGIApp:
    reports = ReportHandlers(Reporting(storage, at_once), large_answers)
    all_handlers.answers = {
        "reports.user": reports.user,
        "reports.many": reports.many,
        "reports.calendar": reports.calendar,
    }
    return served


def signed_in(who: User, accept: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {who.id}-{who.role}", "Accept": accept}


@pytest.fixture
def boss(storage: FakeStorage) -> User:
    a_user(storage)
    return a_user(storage, UserChange(role=Role.MANAGER))


@pytest.fixture
def user(storage: FakeStorage, boss: User) -> User:  # noqa: ARG001 - who registers first is admin
    return a_user(storage, person=Person(surname="=1+1", name="Ivan", patronymic=None, address=""))


@pytest.fixture
def task(storage: FakeStorage, user: User) -> Task:
    return a_task(storage, user, '=cmd("x"), "quoted"\nand more')


@pytest.fixture
def worked(storage: FakeStorage, user: User, task: Task) -> Task:
    """Three hours, of which one lies before midnight in Berlin."""
    start(storage, user, task, BEGIN)
    stop(storage, user, task, BEGIN + 3 * HOUR)
    return task


def report(app: ASGIApp, who: User, body: Mapping[str, Any], accept: str = "", target: str = "") -> httpx.Response:
    return ask(app, "POST", target or f"/users/{who.id}/report", headers=signed_in(who, accept), json=body)


def seconds(total: int) -> dict[str, int]:
    return {"hours": total // 3600, "minutes": total // 60 % 60, "seconds": total % 60, "total_seconds": total}


def test_a_report_has_the_members_that_it_is_grouped_by(app: ASGIApp, user: User, worked: Task) -> None:
    response = report(app, user, BERLIN | {"group_by": ["day", "task"]})

    task = {"id": worked.id, "description": worked.description}
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {
        "user_id": user.id,
        "from": "2026-02-28T23:00:00Z",
        "to": "2026-03-31T22:00:00Z",
        "time_zone": "Europe/Berlin",
        "as_of": "2026-03-31T22:00:00Z",
        "group_by": ["day", "task"],
        "total": seconds(10_800),
        "rows": [
            {"day": "2026-03-28", "task": task, "duration": seconds(3600), "entries": 1},
            {"day": "2026-03-29", "task": task, "duration": seconds(7200), "entries": 1},
        ],
    }


def test_a_report_is_by_task_in_the_users_own_time_zone_if_nothing_else_is_said(
    app: ASGIApp, user: User, worked: Task
) -> None:
    body = report(app, user, MARCH).json()

    assert (body["group_by"], body["time_zone"]) == (["task"], "UTC")
    assert [(row["task"]["id"], row["entries"]) for row in body["rows"]] == [(worked.id, 1)]


@pytest.mark.usefixtures("worked")
def test_a_report_of_many_says_whose_and_of_what_it_is(app: ASGIApp, boss: User, user: User, task: Task) -> None:
    question = MARCH | {"group_by": ["user", "week", "month"]}

    everybodys = report(app, boss, question, target="/report").json()
    named = report(app, boss, question | {"user_ids": [user.id, boss.id], "task_ids": [task.id]}, target="/report")

    row = {
        "user": {"id": user.id, "surname": "=1+1", "name": "Ivan"},
        "week": "2026-W13",
        "month": "2026-03",
        "duration": seconds(10_800),
        "entries": 1,
    }
    assert (everybodys["user_ids"], everybodys["task_ids"], everybodys["rows"]) == (None, None, [row])
    assert (named.json()["user_ids"], named.json()["task_ids"]) == ([boss.id, user.id], [task.id])
    assert named.json()["rows"] == [row]


def test_a_member_is_refused_the_report_of_others(app: ASGIApp, boss: User, user: User) -> None:
    refused = report(app, user, MARCH | {"user_ids": [user.id, boss.id]}, target="/report")
    own = report(app, user, MARCH, target="/report")

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert (own.status_code, own.json()["user_ids"]) == (200, [user.id])


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"time_zone": "Mars/Olympus"}, 422, "/time_zone"),
    ({"to": "2026-02-01T00:00:00Z"}, 422, "/to"),
    ({"to": "2036-03-08T00:00:00Z", "group_by": ["day"]}, 422, "/to"),
    ({"to": "2026-02-01"}, 422, "/to"),
    ({"period": "2026-03"}, 400, "/from"),
    ({"from": None, "to": None, "period": "2026-13"}, 400, "/period"),
    ({"day_starts_at": "24:00"}, 400, "/day_starts_at"),
    ({"week_starts_on": "tuesday"}, 400, "/week_starts_on"),
    ({"from": "2026-03-01T00:00:00"}, 400, "/from"),
    ({"to": "2026-03-01 00:00:00Z"}, 400, "/to"),
    ({"to": None}, 400, "/to"),
    ({"group_by": []}, 400, "/group_by"),
    ({"group_by": ["day", "day"]}, 400, "/group_by"),
    ({"group_by": ["year"]}, 400, "/group_by/0"),
    ({"group_by": ["task", "day", "week", "month"]}, 400, "/group_by"),
    ({"group_by": "task"}, 400, "/group_by"),
]


@pytest.mark.parametrize("target", ["", "/report"])
@pytest.mark.parametrize(("change", "status", "pointer"), BAD)
def test_a_bad_question_is_a_problem_that_names_the_member(  # noqa: PLR0913 - fixtures and a table
    app: ASGIApp, user: User, *, target: str, change: dict[str, Any], status: int, pointer: str
) -> None:
    response = report(app, user, MARCH | change, target=target)

    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert pointer in [fault["pointer"] for fault in response.json()["errors"]]


@pytest.mark.parametrize(
    ("target", "change", "pointer"),
    [
        ("", {"group_by": ["user"]}, "/group_by/0"),
        ("", {"user_ids": [1]}, "/user_ids"),
        ("/report", {"user_ids": []}, "/user_ids"),
        ("/report", {"task_ids": [1, 1]}, "/task_ids"),
    ],
)
def test_a_filter_that_the_contract_does_not_know_is_refused(
    app: ASGIApp, user: User, target: str, change: dict[str, Any], pointer: str
) -> None:
    response = report(app, user, MARCH | change, target=target)

    assert response.status_code == 400
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]


def table_of(response: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.text, newline="")))


@pytest.mark.usefixtures("worked")
def test_csv_has_the_same_rows_and_no_formula(app: ASGIApp, boss: User, user: User, task: Task) -> None:
    question = BERLIN | {"group_by": ["day", "task", "user"]}

    response = report(app, boss, question, CSV, "/report")

    described = "'" + task.description
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["content-disposition"] == 'attachment; filename="report.csv"'
    assert table_of(response) == [
        ["day", "task_id", "task", "user_id", "surname", "name", "duration_seconds", "duration", "entries"],
        ["2026-03-28", str(task.id), described, str(user.id), "'=1+1", "Ivan", "3600", "1:00:00", "1"],
        ["2026-03-29", str(task.id), described, str(user.id), "'=1+1", "Ivan", "7200", "2:00:00", "1"],
    ]
    assert response.content.count(b"\r\n") == 3


def test_csv_of_nothing_is_a_header(app: ASGIApp, user: User) -> None:
    response = report(app, user, MARCH | {"group_by": ["week"]}, CSV)

    assert response.content == b"week,duration_seconds,duration,entries\r\n"


def cells(response: httpx.Response) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return [tuple(cell.value for cell in row) for row in sheet.rows]


@pytest.mark.usefixtures("worked")
def test_a_workbook_has_typed_cells_a_frozen_header_and_a_total(app: ASGIApp, user: User, task: Task) -> None:
    response = report(app, user, BERLIN | {"group_by": ["day", "task"]}, XLSX)

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert response.headers["content-type"] == XLSX
    assert sheet.freeze_panes == "A2"
    assert cells(response) == [
        ("day", "task_id", "task", "duration_seconds", "duration", "entries"),
        (datetime(2026, 3, 28), task.id, task.description, 3600, HOUR, 1),  # noqa: DTZ001 - Excel has no zones
        (datetime(2026, 3, 29), task.id, task.description, 7200, 2 * HOUR, 1),  # noqa: DTZ001
        ("Total", None, None, 10_800, 3 * HOUR, None),
    ]


@pytest.mark.usefixtures("worked")
def test_no_text_in_a_workbook_is_a_formula(app: ASGIApp, user: User) -> None:
    response = report(app, user, MARCH, XLSX)

    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert {cell.data_type for row in sheet.rows for cell in row} <= {"n", "s", "d", "inlineStr"}


def calendar(app: ASGIApp, who: User, query: str, accept: str = "*/*") -> httpx.Response:
    return ask(app, "GET", f"/users/{who.id}/time-entries.ics{query}", headers=signed_in(who, accept))


def events(response: httpx.Response) -> Sequence[Event]:
    return Calendar.from_ical(response.content).events


def test_a_calendar_library_reads_the_entries_back(
    app: ASGIApp, storage: FakeStorage, user: User, worked: Task
) -> None:
    now = storage.clock.now
    running = start(storage, user, worked, now - HOUR, description="a, b; c\\d\ne\x07").entry

    response = calendar(app, user, "?from=2026-03-28T23:00:00Z&to=2026-05-01T00:00:00Z")

    first, second = events(response)
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert (first.start, first.end, str(first["summary"])) == (BEGIN, BEGIN + 3 * HOUR, worked.description)
    assert (second.start, second.end, str(second["description"])) == (now - HOUR, now, "a, b; c\\d\ne ")
    assert [str(event["status"]) for event in (first, second)] == ["CONFIRMED", "TENTATIVE"]
    assert str(second["uid"]) == f"time-entry-{running.id}@timetrack"
    assert [line for line in response.content.split(b"\r\n") if len(line) > 75] == []


def test_a_calendar_of_nothing_is_a_calendar(app: ASGIApp, user: User) -> None:
    assert events(calendar(app, user, "?from=2026-03-28T23:00:00Z&to=2026-05-01T00:00:00Z")) == []


@pytest.mark.parametrize(
    ("query", "status", "name"),
    [
        ("?period=2026-01&from=2026-01-01T00:00:00Z", 400, "from"),
        ("?period=2026-01&to=2026-01-01", 400, "to"),
        ("?period=January", 400, "period"),
        ("?time_zone=Mars/Olympus", 422, "time_zone"),
        ("?from=yesterday&to=2026-01-01T00:00:00Z", 400, "from"),
        ("?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 422, "to"),
        ("?from=2026-01-02&to=2026-01-01", 422, "to"),
    ],
)
def test_a_bad_range_of_a_calendar_names_the_parameter(
    app: ASGIApp, user: User, query: str, status: int, name: str
) -> None:
    response = calendar(app, user, query)

    assert response.status_code == status
    assert (response.json()["errors"][0]["in"], response.json()["errors"][0]["name"]) == ("query", name)


@pytest.mark.parametrize("accept", ["text/html", "application/*;q=0, text/csv;q=0", "image/*, text/plain"])
def test_a_media_type_that_is_not_to_be_had_is_refused(app: ASGIApp, user: User, accept: str) -> None:
    refusals = [
        report(app, user, MARCH, accept),
        report(app, user, MARCH, accept, "/report"),
        calendar(app, user, "?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z", accept.replace("text/", "image/")),
    ]

    assert [(each.status_code, each.json()["code"]) for each in refusals] == [(406, "not_acceptable")] * 3


@pytest.mark.parametrize(("rows", "status"), [(250, 200), (251, 503)])
@pytest.mark.parametrize("accept", ["application/json", CSV, XLSX])
def test_of_large_reports_a_user_gets_one_at_a_time(  # noqa: PLR0913, PLR0917 - fixtures and a table
    app: ASGIApp, storage: FakeStorage, user: User, large_answers: LargeAnswers, accept: str, rows: int, status: int
) -> None:
    work_on_tasks(storage, user, rows)
    under_way = large_answers.hold(user.id, iter([b"large"]))

    while_busy = report(app, user, MARCH, accept)
    list(under_way)

    assert (while_busy.status_code, while_busy.headers.get("retry-after")) == (status, "1" if status == 503 else None)
    assert [report(app, user, MARCH, accept).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("accept", ["application/json", CSV, XLSX])
def test_a_large_report_is_asked_of_the_storage_once(
    app: ASGIApp, storage: FakeStorage, user: User, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    work_on_tasks(storage, user, 251)
    asked: list[SumQuery] = []
    summed = storage.reports.sum

    def counted(query: SumQuery) -> Sums:
        asked.append(query)
        return summed(query)

    monkeypatch.setattr(storage.reports, "sum", counted)

    answer = report(app, user, MARCH, accept)

    assert (answer.status_code, len(asked)) == (200, 1)


def test_of_large_calendars_a_user_gets_one_at_a_time(
    app: ASGIApp, storage: FakeStorage, user: User, large_answers: LargeAnswers
) -> None:
    work_on_tasks(storage, user, 251)
    under_way = large_answers.hold(user.id, iter([b"large"]))
    target = f"/users/{user.id}/time-entries.ics?" + urlencode({"from": MARCH["from"], "to": MARCH["to"]})

    while_busy = ask(app, "GET", target, headers=signed_in(user, ""))
    list(under_way)

    assert (while_busy.status_code, while_busy.json()["code"]) == (503, "large_answers_busy")
    assert ask(app, "GET", target, headers=signed_in(user, "")).status_code == 200


def work_on_tasks(storage: FakeStorage, user: User, number: int) -> None:
    for minute in range(number):
        task = a_task(storage, user)
        start(storage, user, task, BEGIN + minute * HOUR / 60)
        stop(storage, user, task, BEGIN + (minute + 1) * HOUR / 60)
