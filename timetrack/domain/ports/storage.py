"""The storage: every store, and transactions over them."""

from contextlib import AbstractContextManager
from typing import Protocol

from timetrack.domain.errors import Obstacle
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.access.password_resets import PasswordResetStore
from timetrack.domain.ports.access.sign_ins import FailedSignIns
from timetrack.domain.ports.access.tokens import TokenStore
from timetrack.domain.ports.housekeeping import Housekeeping
from timetrack.domain.ports.idempotency import KeptAnswer
from timetrack.domain.ports.reporting.reports import ReportStore
from timetrack.domain.ports.time.history import HistoryStore
from timetrack.domain.ports.time.tasks import TaskStore
from timetrack.domain.ports.time.time_entries import TimeEntryStore
from timetrack.domain.ports.users.users import UserStore


class Stores(Protocol):
    """Every store, over one connection or over any; all raise DatabaseUnavailableError when none answers."""

    @property
    def users(self) -> UserStore:
        """Users."""

    @property
    def tasks(self) -> TaskStore:
        """Tasks."""

    @property
    def time_entries(self) -> TimeEntryStore:
        """Time entries."""

    @property
    def history(self) -> HistoryStore:
        """The versions of time entries."""

    @property
    def reports(self) -> ReportStore:
        """Reports."""

    @property
    def tokens(self) -> TokenStore:
        """Access tokens."""

    @property
    def password_resets(self) -> PasswordResetStore:
        """Codes that reset passwords."""

    @property
    def failed_sign_ins(self) -> FailedSignIns:
        """Failed sign-ins."""

    @property
    def housekeeping(self) -> Housekeeping:
        """Leases, and the deletion of what has expired."""


class Storage(Stores, Protocol):
    """The stores; used directly, each call is a transaction of its own."""

    def transaction(self, caller: Caller | None) -> AbstractContextManager[Stores]:
        """Open a transaction whose changes are the caller's: leaving commits, an exception rolls back.

        Never nested; a store's error ends it and must not be caught inside.

        Raises:
            TooManyWaitingError: others of the caller's wait for what somebody else holds.
        """

    def once(self, key: IdempotencyKey) -> AbstractContextManager["OnceStorage"]:
        """Open a storage in which everything is one transaction that also keeps the key: the effect happens once.

        The first inner `transaction`, `begin` or `keep` begins it, and raises what is named below. Leaving commits, an
        exception rolls back; one that leaves only an inner `transaction` undoes what was done there and leaves the key.

        Raises:
            AnsweredBefore: the key came with the same request before.
            IdempotencyKeyReusedError: it came with another request.
            IdempotencyKeyInUseError: the first request is still under way.
        """

    def number_of_keys(self, owner: str, most: int) -> int:
        """Return how many idempotency keys of an owner are kept, counted up to `most`."""

    def obstacle(self) -> Obstacle | None:
        """Return what keeps the database from serving, None if it serves; within a second, and never raises."""


class OnceStorage(Storage, Protocol):
    """A storage that keeps the answer of a request together with its effect."""

    def begin(self) -> None:
        """Begin the transaction that takes the key, if nothing else has; what it raises stands at `Storage.once`."""

    def keep(self, answer: KeptAnswer, shows: UserId | None = None) -> None:
        """Keep the answer under the key, for 24 hours, or until the user whom it shows is erased."""
