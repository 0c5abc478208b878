"""Writes that wait for a lock while their caller is demoted, erased or signed out: they decide by what is then."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from psycopg import Connection

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.given import a_task, a_token, a_user, start, stop
from tests.waiting_callers import wait_for_waiting
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import NotAllowedError, TimeEntryNotFoundError, TokenInvalidError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryByHand, TimeEntryChange
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Stores
from timetrack.domain.ports.time.time_entries import StartTimer
from timetrack.domain.services.passwords import Passwords
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.tracking import Tracking
from timetrack.domain.services.users import Users

Act = Callable[["World"], object]
Step = Callable[[Stores, "World"], object]
DIGEST = b"the caller's token"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """An admin who calls, and another user with a task and a time entry."""

    storage: PostgresStorage
    caller: Caller
    other: User
    task: TaskId
    entry: TimeEntry

    @property
    def users(self) -> Users:
        return Users(self.storage, FakePeopleInfo(), FakeHasher(), registration_open=False)

    @property
    def entries(self) -> TimeEntries:
        return TimeEntries(self.storage)


@pytest.fixture
def world(storage: PostgresStorage) -> World:
    a_user(storage)  # an admin stays, whatever becomes of the caller
    admin, other = a_user(storage, UserChange(role=Role.ADMIN)), a_user(storage)
    a_token(storage, admin, DIGEST)
    caller = storage.tokens.caller(DIGEST)
    assert caller is not None
    task = a_task(storage, other)
    start(storage, other, task)
    entry = stop(storage, other, task).entry
    return World(storage=storage, caller=caller, other=other, task=task.id, entry=entry)


def by_hand(world: World, owner: UserId) -> TimeEntryByHand:
    start = world.entry.start.replace(year=2020)
    return TimeEntryByHand(user_id=owner, task_id=world.task, start=start, end=start, description="")


OTHERS: Mapping[str, tuple[Act, type[Exception]]] = {
    "change a user": (
        lambda w: w.users.change(w.caller, w.other.id, UserChange(surname="Petrov")),
        NotAllowedError,
    ),
    "erase a user": (lambda w: w.users.erase(w.caller, w.other.id), NotAllowedError),
    "let a user set a new password": (
        lambda w: Passwords(w.storage, FakeHasher()).allow_reset(w.caller, w.other.id),
        NotAllowedError,
    ),
    "create an entry": (lambda w: w.entries.create(w.caller, by_hand(w, w.other.id)), NotAllowedError),
    "correct an entry": (
        lambda w: w.entries.change(w.caller, w.entry.id, TimeEntryChange(description="x")),
        TimeEntryNotFoundError,
    ),
    "delete an entry": (lambda w: w.entries.delete(w.caller, w.entry.id), TimeEntryNotFoundError),
    "restore an entry": (lambda w: w.entries.restore(w.caller, w.entry.id, 1), TimeEntryNotFoundError),
}
TASKS: Mapping[str, Act] = {
    "change a task": lambda w: Tasks(w.storage).change(w.caller, w.task, "x"),
    "delete a task": lambda w: Tasks(w.storage).delete(w.caller, w.task),
}
OWN: Mapping[str, Act] = {
    "change oneself": lambda w: w.users.change(w.caller, w.caller.user_id, UserChange(surname="Petrov")),
    "erase oneself": lambda w: w.users.erase(w.caller, w.caller.user_id),
    "create an entry": lambda w: w.entries.create(w.caller, by_hand(w, w.caller.user_id)),
}
REFERRING: Mapping[str, Act] = {
    "create a task": lambda w: Tasks(w.storage).create(w.caller, "x"),
    "start a timer": lambda w: Tracking(w.storage).start(
        StartTimer(caller=w.caller, task_id=w.task, start=None, description="", switch=False, key=None)
    ),
}


def demote(stores: Stores, world: World) -> None:
    user = stores.users.lock_exclusive(world.caller.user_id)
    stores.users.save(user.changed(UserChange(role=Role.MEMBER)))


def erase(stores: Stores, world: World) -> None:
    stores.users.erase(world.caller.user_id)


def leave(stores: Stores, world: World) -> None:
    user = stores.users.lock_exclusive(world.caller.user_id)
    stores.users.save(user.changed(UserChange(active=False)))


def sign_out(stores: Stores, world: World) -> None:
    stores.tokens.revoke_all_of(world.caller.user_id)


def lock_other(stores: Stores, world: World) -> None:
    stores.users.lock_exclusive(world.other.id)


def lock_caller(stores: Stores, world: World) -> None:
    stores.users.lock_exclusive(world.caller.user_id)


def lock_task(stores: Stores, world: World) -> None:
    stores.tasks.lock_exclusive(world.task)


def nothing(_: Stores, __: World) -> None:
    """Let nothing happen beyond what the lock has done."""


@pytest.fixture
def interrupted(
    world: World, owner: Connection, another: ThreadPoolExecutor
) -> Callable[[Act, Step, Step], BaseException | None]:
    """Let an act wait for a lock, behind which something happens to its caller; return how the act ends."""

    def wait(act: Act, lock: Step, happens: Step) -> BaseException | None:
        with world.storage.transaction(None) as stores:
            lock(stores, world)
            acting = another.submit(act, world)
            wait_for_waiting(owner, 1)
            happens(stores, world)
        return acting.exception(timeout=10)

    return wait


Interrupted = Callable[[Act, Step, Step], BaseException | None]


@pytest.mark.parametrize(("act", "refusal"), OTHERS.values(), ids=OTHERS)
def test_a_caller_who_was_demoted_meanwhile_changes_nothing_of_others(
    interrupted: Interrupted, act: Act, refusal: type[Exception]
) -> None:
    assert isinstance(interrupted(act, lock_other, demote), refusal)


@pytest.mark.parametrize("act", [act for act, _ in OTHERS.values()], ids=OTHERS)
@pytest.mark.parametrize("happens", [erase, leave, sign_out])
def test_a_caller_who_has_ended_meanwhile_changes_nothing_of_others(
    interrupted: Interrupted, act: Act, happens: Step
) -> None:
    assert isinstance(interrupted(act, lock_other, happens), TokenInvalidError)


@pytest.mark.parametrize("act", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize(
    ("happens", "refusal"),
    [(demote, NotAllowedError), (erase, TokenInvalidError), (leave, TokenInvalidError), (sign_out, TokenInvalidError)],
)
def test_a_task_is_changed_only_by_who_may_when_it_is_changed(
    interrupted: Interrupted, act: Act, happens: Step, refusal: type[Exception]
) -> None:
    assert isinstance(interrupted(act, lock_task, happens), refusal)


@pytest.mark.parametrize("act", [*OWN.values(), REFERRING["start a timer"]], ids=[*OWN, "start a timer"])
def test_a_caller_who_has_left_meanwhile_changes_nothing_of_their_own(interrupted: Interrupted, act: Act) -> None:
    assert isinstance(interrupted(act, leave, nothing), TokenInvalidError)


@pytest.mark.parametrize("act", OWN.values(), ids=OWN)
def test_a_caller_who_has_signed_out_meanwhile_changes_nothing_of_their_own(interrupted: Interrupted, act: Act) -> None:
    assert isinstance(interrupted(act, lock_caller, sign_out), TokenInvalidError)


@pytest.mark.parametrize("act", [*OWN.values(), *REFERRING.values()], ids=[*OWN, *REFERRING])
def test_a_caller_who_was_erased_meanwhile_changes_nothing_of_their_own(interrupted: Interrupted, act: Act) -> None:
    assert isinstance(interrupted(act, erase, nothing), TokenInvalidError)


def test_a_demoted_admin_does_not_make_themselves_admin_again(interrupted: Interrupted, world: World) -> None:
    def promote(w: World) -> object:
        return w.users.change(w.caller, w.caller.user_id, UserChange(role=Role.ADMIN))

    assert isinstance(interrupted(promote, lock_caller, demote), NotAllowedError)
    assert world.storage.users.get(world.caller.user_id).role is Role.MEMBER
