"""One session by requests and the models that datamodel-code-generator has generated, with its defaults."""

import sys
from datetime import UTC, datetime, timedelta

import requests
from pydantic import BaseModel
from timetrack_models import (
    AccessToken,
    Problem,
    Registration,
    Report,
    ReportRequest,
    Task,
    TaskWrite,
    TimeEntry,
    TimeEntryPage,
    TimerStart,
    User,
)

address, national_id = sys.argv[1:]
session = requests.Session()


def ask(method: str, path: str, body: BaseModel | None = None) -> bytes:
    """Return what is answered; members that were left out go over the wire as null."""
    content = None if body is None else body.model_dump_json(by_alias=True)
    headers = {"Content-Type": "application/json"} if content else {}
    return session.request(method, address + path, data=content, headers=headers, timeout=30).content


registration = Registration.model_validate({"national_id": national_id, "password": "correct horse"})
registered = session.post(
    f"{address}/users",
    json={"national_id": national_id, "password": "correct horse"},
    timeout=30,
)
user = User.model_validate_json(registered.content)
form = {"grant_type": "password", "username": national_id, "password": "correct horse"}
token = AccessToken.model_validate_json(session.post(f"{address}/auth", data=form, timeout=30).content)
session.headers["Authorization"] = f"Bearer {token.access_token}"

task = Task.model_validate_json(ask("POST", "/tasks", TaskWrite.model_validate({"description": "Write the report"})))
start = f"/tasks/{task.id.root}/start"
an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
backdated = TimerStart.model_validate({"start": an_hour_ago})
running = TimeEntry.model_validate_json(ask("POST", start, backdated))
assert running.end.root is None
assert Problem.model_validate_json(ask("POST", start, TimerStart())).code == "timer_already_running"
page = TimeEntryPage.model_validate_json(ask("GET", "/time-entries?running=true"))
assert [entry.id for entry in page.items] == [running.id]
assert page.next_cursor.root is None
ended = TimeEntry.model_validate_json(ask("POST", f"/tasks/{task.id.root}/stop"))
assert ended.end.root is not None

question = ReportRequest.model_validate({"from": an_hour_ago.isoformat(), "to": datetime.now(UTC).isoformat()})
report = Report.model_validate_json(ask("POST", f"/users/{user.id.root}/report", question))
assert report.rows[0].entries == 1
