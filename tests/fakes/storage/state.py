"""The state of the fake storage, and the copies that a roll-back restores."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta

from timetrack.domain.errors import TimeTrackError
from timetrack.domain.model.access.password_resets import PasswordReset
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import TaskId, TimeEntryId, TokenId, UserId
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion
from timetrack.domain.model.users.roles import RoleChange
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.idempotency import KeptAnswer

LONG_AGO = datetime.min.replace(tzinfo=UTC)

MakeError = Callable[[], TimeTrackError]
"""Makes an error, a new one each time: one that is kept may be raised many times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptToken:
    """A token's holder, and when it ends."""

    id: TokenId
    user_id: UserId
    expires_at: datetime
    idle_lifetime: timedelta
    last_used_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerOutcome:
    """The outcome of a start or a stop: the entry, or the refusal."""

    result: TimeEntry | MakeError
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey:
    """The answer to the first request with a key."""

    fingerprint: bytes
    created_at: datetime
    answer: KeptAnswer | TimerOutcome
    shows: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingProfile:
    """The tries to get a user's names so far, and the instant of the next one."""

    attempts: int
    next_try_at: datetime


@dataclass(slots=True, kw_only=True)
class State:
    """Everything; the values are immutable, so that copies of the dictionaries are copies of it all."""

    users: dict[UserId, User] = field(default_factory=dict)
    password_hashes: dict[UserId, str] = field(default_factory=dict)
    erased_users_time_zones: dict[UserId, str] = field(default_factory=dict)
    tasks: dict[TaskId, Task] = field(default_factory=dict)
    deleted_tasks: dict[TaskId, Task] = field(default_factory=dict)
    time_entries: dict[TimeEntryId, TimeEntry] = field(default_factory=dict)
    history: dict[tuple[TimeEntryId, int], TimeEntryVersion] = field(default_factory=dict)
    tokens: dict[bytes, KeptToken] = field(default_factory=dict)
    failed_sign_ins: dict[bytes, datetime] = field(default_factory=dict)
    keys: dict[tuple[str, str], KeptKey] = field(default_factory=dict)
    password_resets: dict[bytes, PasswordReset] = field(default_factory=dict)
    role_changes: list[RoleChange] = field(default_factory=list)
    pending: dict[UserId, PendingProfile] = field(default_factory=dict)
    leases: dict[str, datetime] = field(default_factory=lambda: dict.fromkeys(("profiles", "sweeping"), LONG_AGO))

    def copy(self) -> "State":
        """Return a copy for `restore`."""
        return State(**{each.name: copy.copy(getattr(self, each.name)) for each in fields(self)})

    def restore(self, copied: "State") -> None:
        """Take over the state that was copied."""
        for each in fields(self):
            setattr(self, each.name, getattr(copied, each.name))

    def require_user(self, user_id: UserId) -> None:
        """Hold a reference to a user to what a foreign key holds it to: erased ones count."""
        assert user_id in self.users or user_id in self.erased_users_time_zones, "a foreign key leads nowhere"

    def active_user(self, user_id: UserId) -> User | None:
        """Return a user who may sign in."""
        user = self.users.get(user_id)
        return user if user is not None and user.active else None

    def kept(self, key: IdempotencyKey) -> KeptKey | None:
        """Return the answer that is kept under a key, also of another request."""
        return self.keys.get((key.owner, key.key))
