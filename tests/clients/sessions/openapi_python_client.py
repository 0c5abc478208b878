"""One session by the client that openapi-python-client has generated into the folder `timetrack_client`."""

import sys
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from timetrack_client import AuthenticatedClient, Client
from timetrack_client.api.auth import auth_sign_in
from timetrack_client.api.reports import reports_get_user, reports_user
from timetrack_client.api.tasks import tasks_change, tasks_create, tasks_get
from timetrack_client.api.time_entries import time_entries_list
from timetrack_client.api.timers import tracking_start, tracking_stop
from timetrack_client.api.users import users_register
from timetrack_client.models import (
    AccessToken,
    Problem,
    Registration,
    Report,
    ReportRequest,
    SignIn,
    SignInGrantType,
    Task,
    TaskPatch,
    TaskWrite,
    TimeEntry,
    TimeEntryPage,
    TimerStart,
    TimerStop,
    User,
)

Thing = TypeVar("Thing")


def the(kind: type[Thing], answer: object) -> Thing:
    """Return the answer, which has to be of this kind."""
    assert isinstance(answer, kind), answer
    return answer


address, national_id = sys.argv[1:]
anybody = Client(base_url=address)
registration = Registration(national_id=national_id, password="correct horse")
user = the(User, users_register.sync(client=anybody, body=registration))
form = SignIn(grant_type=SignInGrantType.PASSWORD, username=national_id, password="correct horse")
token = the(AccessToken, auth_sign_in.sync(client=anybody, body=form)).access_token
an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
client = AuthenticatedClient(base_url=address, token=token)

task = the(Task, tasks_create.sync(client=client, body=TaskWrite(description="Write the report")))
assert the(Task, tasks_change.sync(task.id, client=client, body=TaskPatch(description="Read it"))).id == task.id
assert the(Task, tasks_get.sync(task.id, client=client, if_none_match='"999"')).description == "Read it"
assert the(Problem, tasks_get.sync(task.id + 1000, client=client)).code == "task_not_found"

running = the(TimeEntry, tracking_start.sync(task.id, client=client, body=TimerStart(start=an_hour_ago, switch=None)))
assert running.end is None
assert the(Problem, tracking_start.sync(task.id, client=client, body=TimerStart())).code == "timer_already_running"
page = the(TimeEntryPage, time_entries_list.sync(client=client, running=True, limit=1))
assert [entry.id for entry in page.items] == [running.id]
assert the(TimeEntry, tracking_stop.sync(task.id, client=client, body=TimerStop(end=None))).end is not None

question = ReportRequest(from_=an_hour_ago.isoformat(), to=datetime.now(UTC).isoformat(), time_zone=None)
assert the(Report, reports_user.sync(user.id, client=client, body=question)).rows[0].entries == 1
by_day = reports_get_user.sync(user.id, client=client, period=f"{an_hour_ago:%Y-%m}", group_by="task,day")
assert the(Report, by_day).rows[0].entries == 1
