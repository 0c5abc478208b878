"""What the repetition of a keyed request gets: the first answer, whatever the effect has made impossible, if it may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from tests.edge.test_idempotent_operations import KEYED
from tests.fakes.application import Application
from tests.fakes.storage import FakeStorage
from tests.fakes.storage.state import KeptKey
from tests.given import a_national_id, a_task, a_user, change_user, erase_user, start, stop
from tests.http_clients import ask
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.idempotency import KeptAnswer
from timetrack.entrypoints.http.handlers.key_limit import MOST_KEYS

NEW_ID = str(a_national_id())
HALF_PAST = {"start": "2026-03-27T06:00:00Z", "end": "2026-03-27T06:30:00Z"}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An admin who writes, and a member to whom the things belong."""

    admin: User
    member: User
    task: Task
    entry: TimeEntry


@dataclass(frozen=True, slots=True)
class Write:
    """A request that can be done once: done again without its key it would be refused, or do more."""

    method: str
    path: str
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


STALE_AFTERWARDS = {"If-Match": '"1"'}
ENTRY = {"task_id": 0, **HALF_PAST, "description": "by hand"}

# What is an admin's with others' things comes first; who is demoted may have no answer of it again.
OTHERS: Mapping[str, tuple[Callable[[World], Write], int]] = {
    "users.replace": (
        lambda w: Write("PUT", f"/users/{w.member.id}", _record("A"), STALE_AFTERWARDS),
        403,
    ),
    "users.change": (lambda w: Write("PATCH", f"/users/{w.member.id}", {"surname": "B"}, STALE_AFTERWARDS), 403),
    "users.erase": (lambda w: Write("DELETE", f"/users/{w.member.id}"), 403),
    "tasks.replace": (lambda w: Write("PUT", f"/tasks/{w.task.id}", {"description": "x"}, STALE_AFTERWARDS), 403),
    "tasks.change": (lambda w: Write("PATCH", f"/tasks/{w.task.id}", {"description": "x"}, STALE_AFTERWARDS), 403),
    "tasks.delete": (lambda w: Write("DELETE", f"/tasks/{w.task.id}"), 403),
    "time_entries.create": (
        lambda w: Write("POST", "/time-entries", ENTRY | {"task_id": w.task.id, "user_id": w.member.id}),
        403,
    ),
    "time_entries.replace": (
        lambda w: Write("PUT", f"/time-entries/{w.entry.id}", ENTRY | {"task_id": w.task.id}, _version(w.entry)),
        404,
    ),
    "time_entries.change": (
        lambda w: Write("PATCH", f"/time-entries/{w.entry.id}", {"description": "x"}, _version(w.entry)),
        404,
    ),
    "time_entries.delete": (lambda w: Write("DELETE", f"/time-entries/{w.entry.id}"), 404),
    "time_entries.restore": (lambda w: Write("POST", f"/time-entries/{w.entry.id}/restore", {"version": 1}), 404),
}
OWN: Mapping[str, Callable[[World], Write]] = {
    "users.register": lambda _: Write("POST", "/users", {"national_id": NEW_ID, "password": "correct horse"}),
    "users.change_password": lambda _: Write(
        "PUT", "/users/current/password", {"current_password": "first one", "new_password": "second one"}
    ),
    "tasks.create": lambda _: Write("POST", "/tasks", {"description": "x"}),
    "tracking.start": lambda w: Write("POST", f"/tasks/{w.task.id}/start"),
    "tracking.stop": lambda w: Write("POST", f"/tasks/{w.task.id}/stop"),
}
# Their answers show what is shown once, so that a repetition gets another one.
SECRET: Mapping[str, Callable[[World], Write]] = {
    "users.allow_password_reset": lambda w: Write("POST", f"/users/{w.member.id}/password-reset"),
}
WRITES: Mapping[str, Callable[[World], Write]] = {**{name: write for name, (write, _) in OTHERS.items()}, **OWN}


def _record(surname: str) -> dict[str, object]:
    return {"surname": surname, "name": "B", "patronymic": None, "address": "C"}


def _version(entry: TimeEntry) -> dict[str, str]:
    return {"If-Match": f'"{entry.version}"'}


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def world(storage: FakeStorage) -> World:
    a_user(storage)  # another admin, so that this one may be demoted
    admin, member = a_user(storage, UserChange(role=Role.ADMIN)), a_user(storage)
    with storage.database.transaction() as state:
        state.password_hashes[admin.id] = "1$first one"
    task = a_task(storage, member)
    start(storage, member, task)
    entry = stop(storage, member, task).entry
    return World(admin=admin, member=member, task=task, entry=entry)


@pytest.fixture
def app(application: Application, storage: FakeStorage) -> ASGIApp:
    return application.over(storage)


def send(app: ASGIApp, world: World, write: Write, key: str | None = "key") -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {world.admin.id}",
        **({"Idempotency-Key": key} if key else {}),
        **write.headers,
    }
    how: dict[str, Any] = {} if write.body is None else {"json": write.body}
    return ask(app, write.method, write.path, headers=headers, **how)


def test_every_keyed_write_is_here() -> None:
    assert WRITES.keys() | SECRET.keys() == {write.operation_id for write in KEYED}


@pytest.mark.parametrize("operation_id", WRITES)
def test_a_repetition_gets_the_first_answer_although_its_effect_has_made_it_impossible(
    app: ASGIApp, storage: FakeStorage, world: World, operation_id: str
) -> None:
    write = WRITES[operation_id](world)
    if operation_id == "tracking.stop":
        start(storage, world.admin, world.task)

    first = send(app, world, write)
    without_key = send(app, world, write, key=None)
    again = send(app, world, write)

    assert first.status_code < 300, first.text
    assert without_key.status_code >= 400 or operation_id in {"tasks.create", "time_entries.restore"}
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"


@pytest.mark.parametrize("operation_id", SECRET)
def test_what_is_shown_once_is_in_no_kept_answer(
    app: ASGIApp, storage: FakeStorage, world: World, operation_id: str
) -> None:
    write = SECRET[operation_id](world)

    first, again = send(app, world, write), send(app, world, write)
    change_user(storage, world.admin.id, UserChange(role=Role.MEMBER))
    demoted = send(app, world, write)

    made = first.json()
    told = again.json()
    assert (first.status_code, again.status_code, demoted.status_code) == (201, 409, 403)
    assert (told["code"], told["id"]) == ("secret_shown_once", made["id"])
    assert made["code"] not in again.text
    assert (first.headers["cache-control"], again.headers["idempotency-replayed"]) == ("no-store", "true")


@pytest.mark.parametrize("operation_id", OTHERS)
def test_who_was_demoted_gets_no_kept_answer_about_others(
    app: ASGIApp, storage: FakeStorage, world: World, operation_id: str
) -> None:
    make, status = OTHERS[operation_id]
    write = make(world)
    first = send(app, world, write)

    change_user(storage, world.admin.id, UserChange(role=Role.MEMBER))
    again = send(app, world, write)

    assert (first.status_code < 300, again.status_code) == (True, status), again.text
    assert "Ivanov" not in again.text


@pytest.mark.parametrize("operation_id", OTHERS)
def test_what_is_forbidden_once_is_done_when_it_is_allowed(
    app: ASGIApp, storage: FakeStorage, world: World, operation_id: str
) -> None:
    make, _ = OTHERS[operation_id]
    change_user(storage, world.admin.id, UserChange(role=Role.MANAGER))
    refused = send(app, world, make(world))
    change_user(storage, world.admin.id, UserChange(role=Role.ADMIN))

    assert refused.status_code == 403 or operation_id.startswith("tasks.")
    assert send(app, world, make(world)).status_code < 300


@pytest.mark.parametrize("operation_id", ["users.register", "users.replace", "users.change"])
def test_an_erased_user_is_in_no_kept_answer(
    app: ASGIApp, storage: FakeStorage, world: World, operation_id: str
) -> None:
    write = WRITES[operation_id](world)
    shown = send(app, world, write)
    user = storage.users.get(shown.json()["id"])

    erase_user(storage, user)

    with storage.database.transaction() as state:
        assert not any(kept.shows == user.id for kept in state.keys.values())
    assert send(app, world, replace(write, headers={})).status_code in {201, 404}


def test_who_has_too_many_keys_repeats_what_was_done_and_starts_and_stops_timers(
    app: ASGIApp, storage: FakeStorage, world: World
) -> None:
    create = Write("POST", "/tasks", {"description": "x"})
    with storage.database.transaction() as state:
        kept = KeptKey(
            fingerprint=b"",
            created_at=storage.clock.now,
            answer=KeptAnswer(outcome=204, labels={}, content=b""),
        )
        owner = f"user:{world.admin.id}"
        state.keys.update({(owner, str(number)): kept for number in range(MOST_KEYS - 1)})
    first = send(app, world, create)

    again, new = send(app, world, create), send(app, world, create, key="another")
    timers = [send(app, world, OWN[name](world), key=name) for name in ("tracking.start", "tracking.stop")]

    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert (new.status_code, new.json()["code"], new.headers["retry-after"]) == (429, "too_many_keys", "3600")
    assert [each.status_code for each in timers] == [201, 200]


@pytest.mark.parametrize("path", ["/users/{id}/report", "/report"])
def test_a_report_keeps_nothing(app: ASGIApp, storage: FakeStorage, world: World, path: str) -> None:
    body = {"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}
    write = Write("POST", path.format(id=world.member.id), body)

    answers = [send(app, world, write) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert storage.number_of_keys(f"user:{world.admin.id}", 9) == 0
    assert "idempotency-replayed" not in answers[1].headers
