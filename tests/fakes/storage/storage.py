"""The storage in memory."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.fakes.clock import FakeClock
from tests.fakes.storage import idempotency_keys
from tests.fakes.storage.database import AutocommitSession, FakeDatabase, Session, TransactionSession
from tests.fakes.storage.failed_sign_ins import FakeFailedSignIns
from tests.fakes.storage.history import FakeHistory
from tests.fakes.storage.housekeeping import FakeHousekeeping
from tests.fakes.storage.password_resets import FakePasswordResets
from tests.fakes.storage.reports import FakeReports
from tests.fakes.storage.state import State
from tests.fakes.storage.tasks import FakeTasks
from tests.fakes.storage.time_entries import FakeTimeEntries
from tests.fakes.storage.tokens import FakeTokens
from tests.fakes.storage.users import FakeUsers
from timetrack.domain.errors import Obstacle
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.idempotency import AnsweredBefore, KeptAnswer


class FakeStores:
    """See Stores."""

    def __init__(self, session: Session) -> None:
        self.users = FakeUsers(session)
        self.tasks = FakeTasks(session)
        self.time_entries = FakeTimeEntries(session)
        self.history = FakeHistory(session)
        self.reports = FakeReports(session)
        self.tokens = FakeTokens(session)
        self.password_resets = FakePasswordResets(session)
        self.failed_sign_ins = FakeFailedSignIns(session)
        self.housekeeping = FakeHousekeeping(session)


class FakeStorage(FakeStores):
    """See Storage; `clock` is its clock, and `database.shut_down()` makes it unavailable."""

    def __init__(self, database: FakeDatabase | None = None) -> None:
        self.database = database or FakeDatabase()
        super().__init__(AutocommitSession(self.database))

    @property
    def clock(self) -> FakeClock:
        """The storage's one clock."""
        return self.database.clock

    @contextmanager
    def transaction(self, caller: Caller | None) -> Iterator[FakeStores]:
        """See Storage.transaction."""
        with self.database.transaction() as state, _stores(self.database, state, caller) as stores:
            yield stores

    @contextmanager
    def once(self, key: IdempotencyKey) -> Iterator["FakeOnceStorage"]:
        """See Storage.once."""
        with ExitStack() as stack:
            yield FakeOnceStorage(self.database, key, stack)

    def number_of_keys(self, owner: str, most: int) -> int:
        """See Storage.number_of_keys."""
        with self.database.transaction() as state:
            return min(most, sum(name[0] == owner for name in state.keys))

    def obstacle(self) -> Obstacle | None:
        """See Storage.obstacle."""
        return Obstacle.NO_CONNECTION if self.database.down else None


class FakeOnceStorage(FakeStorage):
    """See OnceStorage."""

    def __init__(self, database: FakeDatabase, key: IdempotencyKey, stack: ExitStack) -> None:
        super().__init__(database)
        self._key = key
        self._stack = stack
        self._state: State | None = None

    @contextmanager
    def transaction(self, caller: Caller | None) -> Iterator[FakeStores]:
        """See Storage.transaction."""
        self._begun()
        with self.database.savepoint() as state, _stores(self.database, state, caller) as stores:
            yield stores

    def begin(self) -> None:
        """See OnceStorage.begin."""
        self._begun()

    def keep(self, answer: KeptAnswer, shows: UserId | None = None) -> None:
        """See OnceStorage.keep."""
        idempotency_keys.keep(self.database, self._begun(), self._key, answer, shows)

    def _begun(self) -> State:
        if self._state is None:
            # The claim first: whoever finds it taken is told at once, and does not wait for the holder to end.
            self._stack.enter_context(self.database.claim(self._key))
            self._state = self._stack.enter_context(self.database.transaction())
            first = idempotency_keys.first_answer(self.database, self._state, self._key)
            if first is not None:
                assert isinstance(first, KeptAnswer), "the fingerprint does not tell what was asked"
                raise AnsweredBefore(first)
        return self._state


@contextmanager
def _stores(database: FakeDatabase, state: State, caller: Caller | None) -> Iterator[FakeStores]:
    session = TransactionSession(database, state, caller)
    yield FakeStores(session)
    session.end()
