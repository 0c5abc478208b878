"""What people do with time entries, over a real socket to real processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from requests import Response

from tests.running_server import RunningServer

pytestmark = pytest.mark.xdist_group("server")

HOUR = timedelta(hours=1)


@pytest.fixture
def task(server: RunningServer, token: str) -> int:
    return server.create_task(token)


@pytest.fixture
def entry(server: RunningServer, token: str, task: int) -> dict[str, Any]:
    """From three hours ago to two hours ago."""
    begin = datetime.now(UTC).replace(microsecond=0) - 3 * HOUR
    members = {"task_id": task, "start": begin.isoformat(), "end": (begin + HOUR).isoformat()}
    response = server.call("POST", "/time-entries", token=token, json=members)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def test_forgotten_time_is_entered_corrected_deleted_and_brought_back_and_the_history_tells_it(
    server: RunningServer, token: str, entry: dict[str, Any]
) -> None:
    path = f"/time-entries/{entry['id']}"

    corrected = server.call("PATCH", path, token=token, json={"description": "corrected"})
    deleted = server.call("DELETE", path, token=token, headers={"If-Match": corrected.headers["ETag"]})
    gone = server.call("GET", path, token=token)
    restored = server.call("POST", f"{path}/restore", token=token, json={"version": 1})
    history = server.call("GET", f"{path}/history", token=token).json()["items"]

    assert [corrected.status_code, deleted.status_code, gone.status_code, restored.status_code] == [200, 204, 404, 200]
    assert restored.json() | {"updated_at": ""} == entry | {"updated_at": ""}
    assert [version["action"] for version in history] == ["created", "changed", "deleted", "restored"]
    assert {version["changed_by"] for version in history} == {entry["user_id"]}
    assert len({version["token_id"] for version in history} - {None}) == 1
    assert [version["request_id"] for version in history][1:] == [
        each.headers["X-Request-ID"] for each in (corrected, deleted, restored)
    ]


def test_a_timer_that_was_started_late_is_found_and_set_back(server: RunningServer, token: str, task: int) -> None:
    started = server.call("POST", f"/tasks/{task}/start", token=token)
    (running,) = server.call("GET", "/time-entries?running=true", token=token).json()["items"]
    earlier = (datetime.now(UTC) - HOUR).isoformat()

    corrected = server.call("PATCH", started.headers["Location"], token=token, json={"start": earlier})
    stopped = server.call("POST", f"/tasks/{task}/stop", token=token)

    assert running["id"] == started.json()["id"] == corrected.json()["id"]
    assert stopped.json()["duration"] >= 3600


def test_time_that_is_taken_already_is_refused_with_what_takes_it(
    server: RunningServer, token: str, entry: dict[str, Any]
) -> None:
    members = {"task_id": entry["task_id"], "start": entry["start"], "end": entry["end"]}

    response = server.call("POST", "/time-entries", token=token, json=members)

    assert (response.status_code, response.json()["code"]) == (409, "time_entry_overlap")
    assert response.json()["time_entry_ids"] == [entry["id"]]


def test_of_twenty_corrections_of_one_version_one_wins(
    server: RunningServer, token: str, entry: dict[str, Any]
) -> None:
    path = f"/time-entries/{entry['id']}"
    tag = server.call("GET", path, token=token).headers["ETag"]
    members = {name: entry[name] for name in ("task_id", "start", "end")}

    def put(number: int) -> Response:
        body = {**members, "description": f"by {number}"}
        return server.call("PUT", path, token=token, headers={"If-Match": tag}, json=body)

    with ThreadPoolExecutor(20) as threads:
        responses = list(threads.map(put, range(20)))

    (won,) = [response for response in responses if response.status_code == 200]
    assert sorted(response.status_code for response in responses) == [200] + [412] * 19
    assert server.call("GET", path, token=token).json() == won.json()


def test_the_time_of_another_member_is_as_if_missing(
    server: RunningServer, entry: dict[str, Any], national_id: str
) -> None:
    stranger = national_id.replace("1234", "1235")
    server.register(stranger)
    token = server.sign_in(stranger)
    path = f"/time-entries/{entry['id']}"

    answers = [
        server.call("GET", path, token=token),
        server.call("GET", f"{path}/history", token=token),
        server.call("PATCH", path, token=token, json={"description": "theirs"}),
        server.call("DELETE", path, token=token),
        server.call("POST", f"{path}/restore", token=token, json={"version": 1}),
        server.call("GET", f"/time-entries?user_id={entry['user_id']}", token=token),
    ]

    codes = [(each.status_code, each.json()["code"]) for each in answers]
    assert codes == [(404, "time_entry_not_found")] * 5 + [(404, "user_not_found")]
