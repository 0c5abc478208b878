"""One handler for each operation of the contract, a few lines each; no framework, no decisions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.computing import Compute
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.users.people import PeopleInfo
from timetrack.domain.services.authentication import Authentication
from timetrack.domain.services.passwords import Passwords
from timetrack.domain.services.reporting import Reporting
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.tracking import Tracking
from timetrack.domain.services.users import Users
from timetrack.entrypoints.http.contract.operations_generated import Operations, by_operation_id
from timetrack.entrypoints.http.handlers.auth import AuthHandlers
from timetrack.entrypoints.http.handlers.health import HealthHandlers
from timetrack.entrypoints.http.handlers.idempotent import Once
from timetrack.entrypoints.http.handlers.reports import ReportHandlers
from timetrack.entrypoints.http.handlers.tasks import TaskHandlers
from timetrack.entrypoints.http.handlers.time_entries import TimeEntryHandlers
from timetrack.entrypoints.http.handlers.tracking import TrackingHandlers
from timetrack.entrypoints.http.handlers.users import UserHandlers
from timetrack.entrypoints.http.messages.call import Handler

ONCE = frozenset(
    {
        "users.register",
        "users.replace",
        "users.change",
        "users.erase",
        "users.change_password",
        "tasks.create",
        "tasks.replace",
        "tasks.change",
        "tasks.delete",
        "time_entries.create",
        "time_entries.replace",
        "time_entries.change",
        "time_entries.delete",
        "time_entries.restore",
        "reports.user",
        "reports.many",
    }
)
"""The operations whose idempotency key is handled around the handler; those of timers handle it in their statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Dependencies of the handlers, but for the storage."""

    authentication: Authentication
    people: PeopleInfo
    hasher: PasswordHasher
    registration_open: bool
    demo: bool
    is_ready: Callable[[], bool]
    compute: Compute


def handlers(storage: Storage, dependencies: Dependencies) -> Mapping[str, Handler]:
    """Return the handler of every operation, by operationId."""
    plain = _handlers_over(storage, dependencies)
    once = Once(storage, lambda other: _handlers_over(other, dependencies), dependencies.compute)
    return {**plain, **{name: once.wrap(name) for name in ONCE}}


def _handlers_over(storage: Storage, dependencies: Dependencies) -> Mapping[str, Handler]:
    return by_operation_id(
        Operations(
            auth=AuthHandlers(dependencies.authentication),
            users=UserHandlers(
                Users(storage, dependencies.people, dependencies.hasher, dependencies.registration_open),
                Passwords(storage, dependencies.hasher),
                dependencies.authentication,
            ),
            tasks=TaskHandlers(Tasks(storage)),
            tracking=TrackingHandlers(Tracking(storage)),
            time_entries=TimeEntryHandlers(TimeEntries(storage)),
            reports=ReportHandlers(Reporting(storage, dependencies.compute)),
            health=HealthHandlers(dependencies.demo, dependencies.is_ready),
        )
    )
