"""Steps that arrange a test in any storage: users, tasks, tokens and entries, and starting and stopping timers."""

from datetime import datetime
from itertools import count

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import NewTimeEntry, TimeEntry
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.users import NewUser, User, UserChange
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer, Tracked

PERSON = Person(surname="Ivanov", name="Ivan", patronymic="Ivanovich", address="1 Main Street")

_numbers = count(1)


def a_national_id() -> NationalId:
    """Return one that no other test has."""
    return NationalId("1234", f"{next(_numbers):06}")


def a_new_user(person: Person | None = PERSON, national_id: NationalId | None = None) -> NewUser:
    """Return a registration."""
    return NewUser(national_id=national_id or a_national_id(), password_hash="digest", person=person)  # noqa: S106 - no password


def a_user(storage: Storage, change: UserChange | None = None, person: Person | None = PERSON) -> User:
    """Keep a user, changed after the registration."""
    with storage.transaction(None) as stores:
        user = stores.users.add(a_new_user(person))
    return user if change is None else change_user(storage, user.id, change)


def change_user(storage: Storage, user_id: UserId, change: UserChange) -> User:
    """Change a user as they are now."""
    with storage.transaction(None) as stores:
        return stores.users.save(stores.users.lock_exclusive(user_id).changed(change))


def erase_user(storage: Storage, user: User) -> None:
    """Erase a user, and nothing else."""
    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        stores.users.erase(user.id)


def a_token(storage: Storage, user: User, digest: bytes = b"digest", lifetime: int = 3600, idle: int = 3600) -> bool:
    """Keep a token of the user's."""
    credentials = storage.users.credentials(user.national_id)
    assert credentials is not None
    return storage.tokens.add(credentials, digest, TokenLifetime(absolute=lifetime, idle=idle))


def a_task(storage: Storage, user: User, description: str = "work") -> Task:
    """Keep a task of the user's."""
    return storage.tasks.add(description, user.id)


def delete_task(storage: Storage, task: Task) -> None:
    """Delete a task, and nothing else."""
    with storage.transaction(None) as stores:
        stores.tasks.lock_exclusive(task.id)
        stores.tasks.delete(task.id)


def caller(user: User, request_id: str | None = None) -> Caller:
    """Return the user as a caller."""
    return Caller(user_id=user.id, role=user.role, request_id=request_id)


def start(  # noqa: PLR0913 - what a start may say
    storage: Storage,
    user: User,
    task: Task,
    at: datetime | None = None,
    *,
    switch: bool = False,
    description: str = "",
    key: IdempotencyKey | None = None,
    request_id: str | None = None,
) -> Tracked:
    """Start the user's timer on the task."""
    return storage.time_entries.start(
        StartTimer(
            caller=caller(user, request_id),
            task_id=task.id,
            start=at,
            description=description,
            switch=switch,
            key=key,
        )
    )


def stop(  # noqa: PLR0913 - what a stop may say
    storage: Storage,
    user: User,
    task: Task,
    at: datetime | None = None,
    *,
    key: IdempotencyKey | None = None,
    request_id: str | None = None,
) -> Tracked:
    """Stop the user's timer on the task."""
    return storage.time_entries.stop(StopTimer(caller=caller(user, request_id), task_id=task.id, end=at, key=key))


def an_entry(  # noqa: PLR0913 - what an entry may say
    storage: Storage,
    user: User,
    task: Task,
    start: datetime,
    end: datetime | None,
    *,
    description: str = "",
    by: Caller | None = None,
) -> TimeEntry:
    """Keep an entry of a user with one lane, or of the task's lane, whatever is in the way."""
    with storage.transaction(by) as stores:
        stores.tasks.lock_shared(task.id)
        timers = stores.users.lock_exclusive(user.id).timers
        return stores.time_entries.add(
            NewTimeEntry(
                user_id=user.id,
                task_id=task.id,
                lane=timers.lane(task.id),
                start=start,
                end=end,
                description=description,
            )
        )


def a_key(key: str = "key", owner: str = "owner", fingerprint: bytes = b"request") -> IdempotencyKey:
    """Return an idempotency key."""
    return IdempotencyKey(owner=owner, key=key, fingerprint=fingerprint)
