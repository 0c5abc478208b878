"""All that is kept, in PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from psycopg_pool import ConnectionPool

from timetrack.adapters.postgres.pool import PoolLimits, open_pool
from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.session import ConnectionSession, PoolSession, Session, connection
from timetrack.adapters.postgres.stores.failed_sign_ins import PostgresFailedSignIns
from timetrack.adapters.postgres.stores.history import PostgresHistory
from timetrack.adapters.postgres.stores.housekeeping import PostgresHousekeeping
from timetrack.adapters.postgres.stores.idempotency_keys import PostgresIdempotencyKeys
from timetrack.adapters.postgres.stores.reports import PostgresReports
from timetrack.adapters.postgres.stores.tasks import PostgresTasks
from timetrack.adapters.postgres.stores.time_entries import PostgresTimeEntries
from timetrack.adapters.postgres.stores.tokens import PostgresTokens
from timetrack.adapters.postgres.stores.users import PostgresUsers
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.ports.idempotency import KeptAnswer

_SQL = load("session")


@contextmanager
def open_storage(database_url: str, limits: PoolLimits) -> Iterator["PostgresStorage"]:
    """Yield the storage in a database, which connects in the background; the end closes its connections."""
    with open_pool(database_url, limits) as pool:
        yield PostgresStorage(pool)


class PostgresStores:
    """See Stores."""

    def __init__(self, session: Session) -> None:
        self.users = PostgresUsers(session)
        self.tasks = PostgresTasks(session)
        self.time_entries = PostgresTimeEntries(session)
        self.history = PostgresHistory(session)
        self.reports = PostgresReports(session)
        self.tokens = PostgresTokens(session)
        self.failed_sign_ins = PostgresFailedSignIns(session)
        self.housekeeping = PostgresHousekeeping(session)


class PostgresStorage(PostgresStores):
    """See Storage."""

    def __init__(self, pool: ConnectionPool) -> None:
        super().__init__(PoolSession(pool))
        self._pool = pool

    @contextmanager
    def transaction(self, caller: Caller | None) -> Iterator[PostgresStores]:
        """See Storage.transaction."""
        with connection(self._pool) as borrowed, borrowed.transaction():
            yield _attributed(ConnectionSession(borrowed), caller)

    @contextmanager
    def once(self, key: IdempotencyKey) -> Iterator["PostgresOnceStorage"]:
        """See Storage.once."""
        with ExitStack() as stack:
            yield PostgresOnceStorage(self._pool, key, stack)

    def ready(self) -> bool:
        """See Storage.ready."""
        try:
            with connection(self._pool) as borrowed:
                borrowed.execute(_SQL["ping"])
        except DatabaseUnavailableError:
            return False
        return True


class PostgresOnceStorage(PostgresStorage):
    """See OnceStorage."""

    def __init__(self, pool: ConnectionPool, key: IdempotencyKey, stack: ExitStack) -> None:
        super().__init__(pool)
        self._key = key
        self._stack = stack
        self._session: ConnectionSession | None = None

    @contextmanager
    def transaction(self, caller: Caller | None) -> Iterator[PostgresStores]:
        """See Storage.transaction."""
        session = self._begun()
        with session.savepoint():
            yield _attributed(session, caller)

    def keep(self, answer: KeptAnswer) -> None:
        """See OnceStorage.keep."""
        PostgresIdempotencyKeys(self._begun()).keep(self._key, answer)

    def _begun(self) -> ConnectionSession:
        if self._session is None:
            borrowed = self._stack.enter_context(connection(self._pool))
            self._stack.enter_context(borrowed.transaction())
            self._session = ConnectionSession(borrowed)
            PostgresIdempotencyKeys(self._session).claim(self._key)
            # From here on, what is called directly sees what the transaction has done, and needs no second connection.
            PostgresStores.__init__(self, self._session)
        return self._session


def _attributed(session: Session, caller: Caller | None) -> PostgresStores:
    if caller is not None:
        who = {"user_id": caller.user_id, "token_id": caller.token_id, "request_id": caller.request_id}
        session.run(_SQL["attribute"], who)
    return PostgresStores(session)
