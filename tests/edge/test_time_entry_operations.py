"""The operations on time entries, as a client sees them."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from tests.fakes.application import Application
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user
from tests.http_clients import ask
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.users.users import User

# The fake clock says 9 o'clock.
ENTRY = {"start": "2026-03-27T06:00:00Z", "end": "2026-03-27T07:00:00Z"}
LATER = {"start": "2026-03-27T07:30:00Z", "end": "2026-03-27T08:00:00Z"}

Client = Callable[..., httpx.Response]


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def user(storage: FakeStorage) -> User:
    return a_user(storage)


@pytest.fixture
def task(storage: FakeStorage, user: User) -> Task:
    return a_task(storage, user)


@pytest.fixture
def client(application: Application, storage: FakeStorage, user: User) -> Client:
    app = application.over(storage)

    def send(method: str, target: str, headers: Mapping[str, str] | None = None, **how: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        return ask(app, method, target, headers={"Authorization": f"Bearer {user.id}", **(headers or {})}, **how)

    return send


@pytest.fixture
def create(client: Client, task: Task) -> Client:
    def post(**members: object) -> httpx.Response:
        return client("POST", "/time-entries", json={"task_id": task.id, **members})

    return post


@pytest.fixture
def entry(create: Client) -> dict[str, Any]:
    created: dict[str, Any] = create(**ENTRY, description="by hand").json()
    return created


def test_a_created_entry_says_where_it_is_and_which_version(create: Client, client: Client, task: Task) -> None:
    response = create(start="2026-03-27T08:00:00.9+02:00", end=ENTRY["end"], description="by hand")

    created = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/time-entries/{created['id']}"
    assert response.headers["etag"] == '"1"'
    assert created == {
        **ENTRY,
        "id": created["id"],
        "user_id": task.created_by,
        "task_id": task.id,
        "duration": 3600,
        "running": False,
        "description": "by hand",
        "suspicious": False,
        "created_at": "2026-03-27T09:00:00Z",
        "updated_at": "2026-03-27T09:00:00Z",
    }
    assert client("GET", response.headers["location"]).json() == created


@pytest.mark.parametrize("end", [{}, {"end": None}])
def test_an_entry_without_an_end_runs(create: Client, end: dict[str, None]) -> None:
    running = create(start="2026-03-25T09:00:00Z", **end).json()

    assert (running["end"], running["running"], running["suspicious"]) == (None, True, True)


def test_a_put_replaces_every_member_and_a_patch_only_some(
    client: Client, storage: FakeStorage, user: User, entry: dict[str, Any]
) -> None:
    path, other = f"/time-entries/{entry['id']}", a_task(storage, user)

    put = client("PUT", path, json={"task_id": other.id, **LATER, "description": ""})
    patched = client("PATCH", path, json={"description": "corrected"})
    running = client("PATCH", path, json={"end": None})

    assert put.json() == entry | LATER | {"task_id": other.id, "duration": 1800, "description": ""}
    assert patched.json() == put.json() | {"description": "corrected"}
    assert (running.json()["end"], running.json()["description"]) == (None, "corrected")


def test_a_put_that_leaves_a_member_out_breaks_the_contract(client: Client, entry: dict[str, Any]) -> None:
    response = client("PUT", f"/time-entries/{entry['id']}", json={"task_id": entry["task_id"], **LATER})

    assert response.status_code == 400
    assert [fault["pointer"] for fault in response.json()["errors"]] == ["/description"]


def test_versions_guard_reads_and_writes(client: Client, entry: dict[str, Any]) -> None:
    path = f"/time-entries/{entry['id']}"

    known = client("GET", path, {"If-None-Match": '"1"'})
    changed = client("PATCH", path, {"If-Match": '"1"'}, json={"description": "corrected"})
    stale = [
        client("PATCH", path, {"If-Match": '"1"'}, json={"description": "lost"}),
        client("PUT", path, {"If-Match": '"1"'}, json={"task_id": entry["task_id"], **LATER, "description": ""}),
        client("DELETE", path, {"If-Match": '"1"'}),
    ]
    deleted = client("DELETE", path, {"If-Match": changed.headers["etag"]})

    assert (known.status_code, changed.headers["etag"]) == (304, '"2"')
    assert [(each.status_code, each.json()["code"]) for each in stale] == [(412, "version_mismatch")] * 3
    assert (deleted.status_code, client("GET", path).json()["code"]) == (204, "time_entry_not_found")


def test_the_tag_of_a_running_entry_changes_while_it_runs(client: Client, storage: FakeStorage, create: Client) -> None:
    started = create(start="2026-03-27T08:00:00Z")
    storage.clock.advance(timedelta(seconds=1))

    later = client("GET", started.headers["location"], {"If-None-Match": started.headers["etag"]})

    assert (later.status_code, later.json()["duration"]) == (200, 3601)
    corrected = client("PATCH", started.headers["location"], {"If-Match": started.headers["etag"]}, json={"end": None})
    assert corrected.status_code == 200


def test_what_is_in_the_way_is_named(create: Client, entry: dict[str, Any]) -> None:
    overlapping = create(**ENTRY)
    running = create(start="2026-03-27T08:30:00Z").json()
    second = create(start="2026-03-27T08:40:00Z")

    assert (overlapping.status_code, overlapping.json()["code"]) == (409, "time_entry_overlap")
    assert overlapping.json()["time_entry_ids"] == [entry["id"]]
    assert (second.status_code, second.json()["code"]) == (409, "timer_already_running")
    assert second.json()["time_entry_id"] == running["id"]


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"start": "2026-03-27T10:00:00Z"}, "start_in_future", "/start"),
        ({"start": "2026-03-27T08:00:00Z", "end": "2026-03-27T10:00:00Z"}, "end_in_future", "/end"),
        ({"start": "2026-03-27T08:00:00Z", "end": "2026-03-27T07:00:00Z"}, "end_before_start", "/end"),
    ],
)
def test_an_impossible_instant_is_pointed_at(create: Client, members: dict[str, str], code: str, pointer: str) -> None:
    response = create(**members)

    assert (response.status_code, response.json()["code"]) == (422, code)
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]


def test_a_list_is_filtered_and_paged_the_latest_first(create: Client, client: Client, entry: dict[str, Any]) -> None:
    later = create(**LATER).json()
    running = create(start="2026-03-27T08:30:00Z").json()
    task_id = entry["task_id"]

    found = partial(ids, client)

    assert found("") == [running["id"], later["id"], entry["id"]]
    assert found("?running=true") == [running["id"]]
    assert found("?running=false&limit=1") == [later["id"], entry["id"]]
    assert found("?from=2026-03-27T06:59:59Z&to=2026-03-27T08:00:00Z") == [later["id"], entry["id"]]
    assert found("?from=2026-03-27T09:00:00%2B02:00") == [running["id"], later["id"]]
    assert found(f"?task_id={task_id}&user_id={entry['user_id']}&limit=2") == [
        running["id"],
        later["id"],
        entry["id"],
    ]
    assert found(f"?task_id={task_id + 1000}") == []


def ids(client: Client, query: str) -> list[int]:
    """Return the entries of all pages; `next_cursor` and `Link` lead to the same ones."""
    page = client("GET", f"/time-entries{query}")
    found = [each["id"] for each in page.json()["items"]]
    while "next" in page.links:
        assert page.json()["next_cursor"] in page.links["next"]["url"]
        page = client("GET", page.links["next"]["url"])
        found += [each["id"] for each in page.json()["items"]]
    assert page.json()["next_cursor"] is None
    return found


def test_a_range_that_ends_before_it_starts_names_the_parameter(client: Client) -> None:
    response = client("GET", "/time-entries?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z")

    assert (response.status_code, response.json()["code"]) == (422, "filter_reversed")
    assert [(fault["in"], fault["name"]) for fault in response.json()["errors"]] == [("query", "to")]


@pytest.mark.parametrize(
    ("query", "name"), [("from=yesterday", "from"), ("period=2026-03&to=2026-04-01", "to"), ("period=today", "period")]
)
def test_what_is_no_range_is_refused_by_its_name(client: Client, query: str, name: str) -> None:
    response = client("GET", f"/time-entries?{query}")

    assert response.status_code == 400
    assert {fault["name"] for fault in response.json()["errors"]} == {name}


@pytest.mark.parametrize("text", ["time_entries:5", "time_entries:5:1:1", f"time_entries:{'9' * 18}:1", "tasks:5:1"])
def test_a_cursor_that_no_list_gave_out_is_refused(client: Client, text: str) -> None:
    cursor = urlsafe_b64encode(text.encode()).decode().rstrip("=")

    response = client("GET", f"/time-entries?cursor={cursor}")

    assert (response.status_code, response.json()["code"]) == (400, "cursor_malformed")


def test_the_history_says_what_was_who_changed_it_and_by_which_request(
    client: Client, user: User, entry: dict[str, Any]
) -> None:
    path = f"/time-entries/{entry['id']}"
    client("PATCH", path, {"X-Request-ID": "patched"}, json=LATER)
    client("DELETE", path, {"X-Request-ID": "deleted"})

    first = client("GET", f"{path}/history?limit=2")
    second = client("GET", first.links["next"]["url"])

    created, changed = first.json()["items"]
    (deleted,) = second.json()["items"]
    assert (created["version"], created["action"], created["description"]) == (1, "created", "by hand")
    assert changed == {
        **LATER,
        "version": 2,
        "action": "changed",
        "user_id": user.id,
        "task_id": entry["task_id"],
        "description": "by hand",
        "changed_at": "2026-03-27T09:00:00Z",
        "changed_by": user.id,
        "token_id": None,
        "request_id": "patched",
    }
    assert deleted == changed | {"version": 3, "action": "deleted", "request_id": "deleted"}


def test_an_earlier_version_comes_back(client: Client, entry: dict[str, Any]) -> None:
    path = f"/time-entries/{entry['id']}"
    client("PATCH", path, json=LATER)
    client("DELETE", path)

    restored = client("POST", f"{path}/restore", json={"version": 1})
    unknown = client("POST", f"{path}/restore", json={"version": 99})

    assert (restored.status_code, restored.headers["etag"]) == (200, '"4"')
    assert restored.json() == entry == client("GET", path).json()
    assert (unknown.status_code, unknown.json()["code"]) == (422, "version_unknown")
    assert [fault["pointer"] for fault in unknown.json()["errors"]] == ["/version"]
