"""Who may have a kept answer again is asked of the caller as they are then, not as they were when they came."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_token, a_user, change_user, start
from timetrack.domain.errors import NotAllowedError, TimeEntryNotFoundError, TokenInvalidError
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import UserChange
from timetrack.domain.services.authentication import DemoAuthentication
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.users import Users
from timetrack.entrypoints.http.handlers.replays import Replays
from timetrack.entrypoints.http.messages.call import Call

DIGEST = b"the caller's token"


def replays(storage: FakeStorage) -> Replays:
    users = Users(storage, FakePeopleInfo(), FakeHasher())
    return Replays(users, Tasks(storage), TimeEntries(storage), DemoAuthentication(storage, 3600))


# A registration's caller comes with the request, and is not read before.
OPERATIONS = sorted(replays(FakeStorage()).by_operation_id().keys() - {"users.register"})
OTHERS = [name for name in OPERATIONS if name not in {"users.change_password", "tasks.create"}]


@pytest.fixture
def storage() -> FakeStorage:
    return FakeStorage()


@pytest.fixture
def call(storage: FakeStorage) -> Call:
    """A call by an admin, who is one no more when somebody changes that."""
    a_user(storage)
    a_token(storage, a_user(storage, UserChange(role=Role.ADMIN)), DIGEST)
    caller = storage.tokens.caller(DIGEST)
    return Call(operation_id="", path="", query="", headers={}, request_id="r", caller=caller)


@pytest.fixture
def parameters(storage: FakeStorage) -> Mapping[str, Mapping[str, Any]]:
    """What each group of operations is told: things of another user's."""
    other = a_user(storage)
    task = a_task(storage, other)
    entry = start(storage, other, task).entry
    return {
        "users": {"id": other.id},
        "tasks": {"id": task.id},
        "time_entries": {"id": entry.id, "body": {"user_id": other.id}},
    }


def ask(storage: FakeStorage, name: str, call: Call, parameters: Mapping[str, Mapping[str, Any]]) -> None:
    replays(storage).by_operation_id()[name](call, parameters[name.partition(".")[0]])


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_admin_may_have_every_answer_again(
    storage: FakeStorage, call: Call, parameters: Mapping[str, Mapping[str, Any]], name: str
) -> None:
    ask(storage, name, call, parameters)

    assert storage.tokens.caller(DIGEST) == call.caller


@pytest.mark.parametrize("name", OTHERS)
def test_who_was_demoted_while_the_request_waited_may_not(
    storage: FakeStorage, call: Call, parameters: Mapping[str, Mapping[str, Any]], name: str
) -> None:
    change_user(storage, call.signed_in.user_id, UserChange(role=Role.MEMBER))

    with pytest.raises((NotAllowedError, TimeEntryNotFoundError)):
        ask(storage, name, call, parameters)


@pytest.mark.parametrize("name", OPERATIONS)
def test_who_has_signed_out_while_the_request_waited_may_not(
    storage: FakeStorage, call: Call, parameters: Mapping[str, Mapping[str, Any]], name: str
) -> None:
    storage.tokens.revoke(DIGEST)

    with pytest.raises(TokenInvalidError):
        ask(storage, name, call, parameters)
