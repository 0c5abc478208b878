"""Callers of every kind, and an owner of the things that they ask for; registered and signed in by the services."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.given import a_national_id, a_task, start, stop
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import TaskId, TimeEntryId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.authentication import PasswordAuthentication
from timetrack.domain.services.users import Users

PASSWORD = "correct horse battery staple"  # noqa: S105 - an example
_HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Callers:
    """The owner, what is theirs, and the tokens of those who ask; "none" has no token."""

    owner: User
    task: TaskId
    entry: TimeEntryId
    tokens: Mapping[str, str]


def register_callers(storage: Storage) -> Callers:
    """Register them all in an empty storage."""
    people = _People(storage)
    admin = people.register()
    owner, manager, member, erased, left = (people.register() for _ in range(5))
    people.change(admin, manager, UserChange(role=Role.MANAGER))
    owner = people.change(owner, owner, UserChange(address="The Owner's Lane 1"))
    tokens = {
        "bad": "tt_never-issued",
        "expired": people.sign_in(member, lifetime=-1),
        "idle": people.sign_in(member, idle=-1),
        "revoked": people.sign_in(member),
        "erased": people.sign_in(erased),
        "left": people.sign_in(left),
    }
    storage.tokens.revoke(hashlib.sha256(tokens["revoked"].encode()).digest())
    people.users.erase(_caller(erased), erased.id)
    people.change(admin, left, UserChange(active=False))
    tokens |= {"own": people.sign_in(owner), "member": people.sign_in(member)}
    tokens |= {"manager": people.sign_in(manager), "admin": people.sign_in(admin)}
    task = a_task(storage, owner)
    start(storage, owner, task)
    entry = stop(storage, owner, task).entry
    return Callers(owner=owner, task=task.id, entry=entry.id, tokens=tokens)


class _People:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._hasher = FakeHasher()
        self.users = Users(storage, FakePeopleInfo(), self._hasher)

    def register(self) -> User:
        return self.users.register(a_national_id(), PASSWORD).user

    def change(self, who: User, user: User, change: UserChange) -> User:
        return self.users.change(_caller(who), user.id, change).user

    def sign_in(self, user: User, *, lifetime: int = _HOUR, idle: int = _HOUR) -> str:
        lifetimes = TokenLifetime(absolute=lifetime, idle=idle)
        authentication = PasswordAuthentication(self._storage, self._hasher, lifetimes)
        return authentication.sign_in(str(user.national_id), PASSWORD).token


def _caller(user: User) -> Caller:
    return Caller(user_id=user.id, role=user.role)
