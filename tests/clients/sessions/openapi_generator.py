"""One session by the Python client that openapi-generator has generated."""

import sys
from datetime import UTC, datetime, timedelta

from openapi_client import (
    ApiClient,
    ApiException,
    AuthApi,
    Configuration,
    Registration,
    ReportRequest,
    ReportsApi,
    TaskPatch,
    TasksApi,
    TaskWrite,
    TimeEntriesApi,
    TimersApi,
    TimerStart,
    TimerStop,
    UsersApi,
)

address, national_id = sys.argv[1:]
anybody = ApiClient(Configuration(host=address))
user = UsersApi(anybody).users_register(Registration(national_id=national_id, password="correct horse"))
signed_in = AuthApi(anybody).auth_sign_in("password", national_id, "correct horse")
an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
client = ApiClient(Configuration(host=address, access_token=signed_in.access_token))

task = TasksApi(client).tasks_create(TaskWrite(description="Write the report"))
assert TasksApi(client).tasks_change(task.id, TaskPatch(description="Read it")).description == "Read it"
timers = TimersApi(client)
running = timers.tracking_start(task.id, timer_start=TimerStart(start=an_hour_ago, description=None, switch=None))
assert running.end is None
try:
    timers.tracking_start(task.id, timer_start=TimerStart())
except ApiException as refused:
    assert refused.status == 409
else:
    raise AssertionError("a second timer was started")
page = TimeEntriesApi(client).time_entries_list(running=True)
assert [entry.id for entry in page.items] == [running.id]
assert timers.tracking_stop(task.id, timer_stop=TimerStop(end=None)).end is not None

question = ReportRequest.model_validate({"from": an_hour_ago.isoformat(), "to": datetime.now(UTC).isoformat()})
assert ReportsApi(client).reports_user(user.id, question).rows[0].entries == 1
by_day = ReportsApi(client).reports_get_user(user.id, period=f"{an_hour_ago:%Y-%m}", group_by="task,day")
assert by_day.rows[0].entries == 1
