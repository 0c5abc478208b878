"""One state, one lock, one clock: transactions that roll back."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from itertools import count
from typing import Protocol

from tests.fakes.clock import FakeClock
from tests.fakes.storage.state import State
from timetrack.domain.errors import DatabaseUnavailableError, IdempotencyKeyInUseError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey

_LONGEST_WAIT = 5.0


class Session(Protocol):
    """A fake store's access to the state, inside a transaction or outside of one."""

    @property
    def database(self) -> "FakeDatabase":
        """The database that the session's statements go to."""

    @property
    def caller(self) -> Caller | None:
        """The caller to whom the history attributes what is written."""

    def statement(self) -> AbstractContextManager[State]:
        """Open the state for one statement; an exception undoes at least what the statement did."""

    def lock(self, row: object) -> None:
        """Note that the transaction has locked a row."""

    def require_lock(self, row: object) -> None:
        """Refuse a write that relies on a lock that was not taken."""


class FakeDatabase:
    """The state behind every session; transactions come one after the other."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.down = False
        # Outside the state: a sequence does not roll back.
        self.ids = count(1)
        self._state = State()
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._keys_lock = threading.Lock()
        self._keys_in_use: set[tuple[str, str]] = set()

    @property
    def now(self) -> datetime:
        """The clock, in whole seconds."""
        return self.clock.now.replace(microsecond=0)

    def shut_down(self) -> None:
        """Raise DatabaseUnavailableError from now on."""
        self.down = True

    @contextmanager
    def transaction(self) -> Iterator[State]:
        """Lock the state; an exception undoes everything.

        Raises:
            DatabaseUnavailableError: another transaction does not end, or the database is down.
        """
        assert self._holder != threading.get_ident(), "a statement beside the open transaction of the same thread"
        if self.down or not self._lock.acquire(timeout=_LONGEST_WAIT):
            raise DatabaseUnavailableError
        try:
            self._holder = threading.get_ident()
            with self.savepoint() as state:
                yield state
        finally:
            self._holder = None
            self._lock.release()

    @contextmanager
    def savepoint(self) -> Iterator[State]:
        """Undo, on an exception, what was done in the block; the caller has the lock."""
        before = self._state.copy()
        try:
            yield self._state
        except BaseException:
            self._state.restore(before)
            raise

    @contextmanager
    def claim(self, key: IdempotencyKey) -> Iterator[None]:
        """Claim a key until the block ends; others do not wait for it.

        Raises:
            IdempotencyKeyInUseError: another one has claimed it.
        """
        claimed = (key.owner, key.key)
        with self._keys_lock:
            if claimed in self._keys_in_use:
                raise IdempotencyKeyInUseError
            self._keys_in_use.add(claimed)
        try:
            yield
        finally:
            with self._keys_lock:
                self._keys_in_use.remove(claimed)


class AutocommitSession:
    """Statements that are transactions of their own; see Session."""

    def __init__(self, database: FakeDatabase) -> None:
        self.database = database
        self.caller: Caller | None = None

    def statement(self) -> AbstractContextManager[State]:
        """See Session.statement."""
        return self.database.transaction()

    def lock(self, row: object) -> None:
        """See Session.lock: it ends with the statement, and so does nothing."""

    def require_lock(self, row: object) -> None:
        """See Session.require_lock."""
        raise AssertionError(f"{row} has to be locked, which needs a transaction")


class TransactionSession:
    """Statements of one open transaction, that end with it and with the first error; see Session."""

    def __init__(self, database: FakeDatabase, state: State, caller: Caller | None) -> None:
        self.database = database
        self.caller = caller
        self._state = state
        self._locked: set[object] = set()
        self._failed = False
        self._ended = False

    @contextmanager
    def statement(self) -> Iterator[State]:
        """See Session.statement."""
        assert not self._ended, "the transaction has ended"
        assert not self._failed, "a store's error has ended the transaction"
        try:
            yield self._state
        except BaseException:
            self._failed = True
            raise

    def lock(self, row: object) -> None:
        """See Session.lock."""
        self._locked.add(row)

    def require_lock(self, row: object) -> None:
        """See Session.require_lock."""
        assert row in self._locked, f"the transaction has not locked {row}"

    def end(self) -> None:
        """Take no further statement; an error that was caught inside has lost what was written."""
        assert not self._failed, "a store's error was caught inside the transaction"
        self._ended = True
