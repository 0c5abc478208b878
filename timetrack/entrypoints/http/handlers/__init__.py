"""One handler for each operation of the contract, a few lines each; no framework, no decisions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from timetrack.domain.errors import Obstacle
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
from timetrack.entrypoints.http.handlers.key_limit import KeyLimit
from timetrack.entrypoints.http.handlers.large_answers import LargeAnswers
from timetrack.entrypoints.http.handlers.problems import ProblemHandlers
from timetrack.entrypoints.http.handlers.replays import Replays
from timetrack.entrypoints.http.handlers.reports import ReportHandlers
from timetrack.entrypoints.http.handlers.tasks import TaskHandlers
from timetrack.entrypoints.http.handlers.time_entries import TimeEntryHandlers
from timetrack.entrypoints.http.handlers.tracking import TrackingHandlers
from timetrack.entrypoints.http.handlers.users import UserHandlers
from timetrack.entrypoints.http.messages.call import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """Dependencies of the handlers, but for the storage."""

    authentication: Authentication
    people: PeopleInfo
    hasher: PasswordHasher
    registration_open: bool
    registrations_per_address: int
    version: str
    demo: bool
    public_url: str | None = None
    obstacle: Callable[[], Obstacle | None]
    compute: Compute


def handlers(storage: Storage, dependencies: Dependencies) -> Mapping[str, Handler]:
    """Return the handler of every operation, by operationId."""
    users, authentication = _users(storage, dependencies), dependencies.authentication
    may_replay = Replays(users, Tasks(storage), TimeEntries(storage), authentication).by_operation_id()
    over = partial(_handlers_over, dependencies=dependencies, large_answers=LargeAnswers())
    once = Once(storage, over, may_replay, KeyLimit(storage))
    # Timers handle their keys in their own statement, and reports, which write nothing, keep none.
    return {**over(storage), **{name: once.wrap(name) for name in may_replay}}


def _users(storage: Storage, dependencies: Dependencies) -> Users:
    return Users(
        storage,
        dependencies.people,
        dependencies.hasher,
        registration_open=dependencies.registration_open,
        registrations_per_address=dependencies.registrations_per_address,
    )


def _handlers_over(storage: Storage, dependencies: Dependencies, large_answers: LargeAnswers) -> Mapping[str, Handler]:
    return by_operation_id(
        Operations(
            auth=AuthHandlers(
                dependencies.authentication, Passwords(storage, dependencies.hasher), dependencies.public_url
            ),
            users=UserHandlers(
                _users(storage, dependencies),
                Passwords(storage, dependencies.hasher),
                dependencies.authentication,
                needs_password=not dependencies.demo,
            ),
            tasks=TaskHandlers(Tasks(storage)),
            tracking=TrackingHandlers(Tracking(storage)),
            time_entries=TimeEntryHandlers(TimeEntries(storage)),
            reports=ReportHandlers(Reporting(storage, dependencies.compute), large_answers),
            problems=ProblemHandlers(),
            health=HealthHandlers(dependencies.version, dependencies.demo, dependencies.obstacle),
        )
    )
