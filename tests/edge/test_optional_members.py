"""What a member that may be left out is worth when a client sends null for it, as generated clients do."""

from typing import Any

import pytest

from tests.fakes.application import Application
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user
from tests.http_clients import ask

RANGE: dict[str, object] = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
OPTIONS = ("period", "time_zone", "day_starts_at", "week_starts_on", "group_by")
BODIES: list[tuple[str, dict[str, object], tuple[str, ...]]] = [
    ("/users", {"national_id": "7777 777777"}, ("password",)),
    ("/tasks/{task}/start", {}, ("start", "description", "switch")),
    ("/tasks/{task}/stop", {}, ("end",)),
    ("/time-entries", {"task_id": 1, "start": "2026-03-20T06:00:00Z"}, ("end", "description", "user_id")),
    ("/users/{user}/report", RANGE, OPTIONS),
    ("/report", RANGE, (*OPTIONS, "user_ids", "task_ids")),
]


@pytest.mark.parametrize(("path", "required", "optional"), BODIES)
def test_null_counts_as_left_out_in_a_post(
    application: Application, path: str, required: dict[str, object], optional: tuple[str, ...]
) -> None:
    def answered(body: dict[str, object]) -> tuple[int, Any]:
        storage = FakeStorage()
        app = application.over(storage)
        user = a_user(storage)
        task = a_task(storage, user)
        token = {"Authorization": f"Bearer {user.id}"}
        if path.endswith("stop"):
            ask(app, "POST", f"/tasks/{task.id}/start", headers=token)
        given = {**body, **({"task_id": task.id} if "task_id" in body else {})}
        response = ask(app, "POST", path.format(task=task.id, user=user.id), headers=token, json=given)
        return response.status_code, response.json()

    with_nulls = answered({**required, **dict.fromkeys(optional)})

    assert with_nulls == answered(required)
    assert with_nulls[0] in {200, 201}


@pytest.mark.parametrize("member", ["description", "task_id", "start"])
def test_null_is_refused_in_a_patch_where_nothing_can_be_cleared(application: Application, member: str) -> None:
    storage = FakeStorage()
    app = application.over(storage)
    token = {"Authorization": f"Bearer {a_user(storage).id}"}

    response = ask(app, "PATCH", "/time-entries/1", headers=token, json={member: None})

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == f"/{member}"
