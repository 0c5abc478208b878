"""All that is kept, in PostgreSQL."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager, suppress

from timetrack.adapters.postgres.pool import PoolLimits, sharing_pool
from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.shared.failures import Failures
from timetrack.adapters.postgres.shared.lending import Lending
from timetrack.adapters.postgres.shared.pipeline import PipelineConnection, driven_by_pipeline
from timetrack.adapters.postgres.shared.pipelines import Pipelines
from timetrack.adapters.postgres.shared.probe import Probe
from timetrack.adapters.postgres.shared.senders import LentSender, SharedSender
from timetrack.adapters.postgres.shared.turns import Turns
from timetrack.adapters.postgres.statements import load
from timetrack.adapters.postgres.stores.failed_sign_ins import PostgresFailedSignIns
from timetrack.adapters.postgres.stores.history import PostgresHistory
from timetrack.adapters.postgres.stores.housekeeping import PostgresHousekeeping
from timetrack.adapters.postgres.stores.idempotency_keys import PostgresIdempotencyKeys
from timetrack.adapters.postgres.stores.password_resets import PostgresPasswordResets
from timetrack.adapters.postgres.stores.reports import PostgresReports
from timetrack.adapters.postgres.stores.tasks import PostgresTasks
from timetrack.adapters.postgres.stores.time_entries import PostgresTimeEntries
from timetrack.adapters.postgres.stores.tokens import PostgresTokens
from timetrack.adapters.postgres.stores.users import PostgresUsers
from timetrack.domain.errors import Obstacle
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.idempotency import KeptAnswer
from timetrack.waiting import LoopGoneError, Offload, Resume, ServingLoop

_SQL = load("session")
_LONGEST_END = 3.0


class PostgresStores:
    """See Stores."""

    def __init__(self, session: Session) -> None:
        self.users = PostgresUsers(session)
        self.tasks = PostgresTasks(session)
        self.time_entries = PostgresTimeEntries(session)
        self.history = PostgresHistory(session)
        self.reports = PostgresReports(session)
        self.tokens = PostgresTokens(session)
        self.password_resets = PostgresPasswordResets(session)
        self.failed_sign_ins = PostgresFailedSignIns(session)
        self.housekeeping = PostgresHousekeeping(session)


class PostgresStorage(PostgresStores):
    """See Storage; for greenlets of any event loop and for any thread, while it is open."""

    def __init__(self, database_url: str, limits: PoolLimits, offload: Offload, *, pipelines: int) -> None:
        """Prepare so many shared connections; of several, one is for lookups alone, which wait for no longer work."""
        self._loop = ServingLoop()
        self._offload = offload
        self._probe = Probe(database_url, limits)
        driven = driven_by_pipeline(limits, self._probe.suspect)
        self._sharing = sharing_pool(database_url, limits, pipelines, PipelineConnection, driven)
        self.lookups = Pipelines(self._sharing, min(pipelines, 1), self._probe.suspect)
        others = Pipelines(self._sharing, pipelines - 1, self._probe.suspect)
        self.pipelines = others if pipelines > 1 else self.lookups
        self.lending = Lending(self._loop, database_url, limits, self._probe)
        self._probe.on_outage = self.lending.refuse_waiting
        self._failures = Failures()
        self._turns = Turns(self._loop, limits.of_one_user)
        self._shared = SharedSender(
            self._loop, self.lookups, self.pipelines, self.lending, self._turns, self._probe, self._failures, offload
        )
        self.session = Session(self._shared)
        super().__init__(self.session)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Have the connections on the running event loop; they connect in the background, and the end closes them."""
        self._loop.bind()
        await self._sharing.open()
        await self.lending.open()
        self._probe.open()
        for pipelines in {self.lookups, self.pipelines}:
            pipelines.open()
        try:
            yield
        finally:
            self._probe.close()
            for pipelines in {self.lookups, self.pipelines}:
                pipelines.close()
            # Both at once: a pool's tasks pass over being cancelled while they connect, so each has to be told to stop.
            # A database that hangs must not keep the program from ending.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LONGEST_END):
                    await asyncio.gather(self.lending.close(), self._sharing.close())
            self._loop.unbind()

    @contextmanager
    def transaction(self, caller: Caller | None) -> Iterator[PostgresStores]:
        """See Storage.transaction."""
        with self.begun(caller) as sender:
            yield _attributed(sender, caller)

    @contextmanager
    def once(self, key: IdempotencyKey) -> Iterator["PostgresOnceStorage"]:
        """See Storage.once."""
        with ExitStack() as stack:
            yield PostgresOnceStorage(self, self.session, key, stack)

    def number_of_keys(self, owner: str, most: int) -> int:
        """See Storage.number_of_keys."""
        return PostgresIdempotencyKeys(self.session).number(owner, most)

    def obstacle(self) -> Obstacle | None:
        """See Storage.obstacle."""
        try:
            found: Obstacle | None = self._loop.wait(self._look)
        except LoopGoneError:
            return Obstacle.NO_CONNECTION
        return found or (Obstacle.DATABASE_FULL if self._failures.is_full else None)

    def _look(self, resume: Resume) -> None:
        task = asyncio.get_running_loop().create_task(self._probe.look())
        task.add_done_callback(lambda done: resume(Obstacle.NO_CONNECTION if done.cancelled() else done.result()))

    @contextmanager
    def begun(self, caller: Caller | None = None) -> Iterator[LentSender]:
        """Open a transaction over a connection of its own, at the caller's turn."""
        turn = self._turns.turn(None if caller is None else caller.user_id)
        with turn, self._failures.translating(), self.lending.connection() as connection, connection.transaction():
            yield LentSender(connection, self._loop, self._offload)


class PostgresOnceStorage(PostgresStores):
    """See OnceStorage."""

    def __init__(self, storage: PostgresStorage, session: Session, key: IdempotencyKey, stack: ExitStack) -> None:
        super().__init__(session)
        self._storage = storage
        self._key = key
        self._stack = stack
        self._sender: LentSender | None = None

    @contextmanager
    def transaction(self, caller: Caller | None) -> Iterator[PostgresStores]:
        """See Storage.transaction."""
        sender = self._begun(caller)
        with sender.connection.savepoint():
            yield _attributed(sender, caller)

    def begin(self) -> None:
        """See OnceStorage.begin."""
        self._begun(None)

    def keep(self, answer: KeptAnswer, shows: UserId | None = None) -> None:
        """See OnceStorage.keep."""
        PostgresIdempotencyKeys(Session(self._begun(None))).keep(self._key, answer, shows)

    def once(self, key: IdempotencyKey) -> AbstractContextManager["PostgresOnceStorage"]:
        """Refuse: a request has one key."""
        raise RuntimeError(f"a request has one idempotency key, not {key.key} too")

    def number_of_keys(self, owner: str, most: int) -> int:
        """See Storage.number_of_keys."""
        return self._storage.number_of_keys(owner, most)

    def obstacle(self) -> Obstacle | None:
        """See Storage.obstacle."""
        return self._storage.obstacle()

    def _begun(self, caller: Caller | None) -> LentSender:
        if self._sender is None:
            self._sender = self._stack.enter_context(self._storage.begun(caller))
            session = Session(self._sender)
            PostgresIdempotencyKeys(session).claim(self._key)
            # From here on, what is called directly sees what the transaction has done, and needs no second connection.
            PostgresStores.__init__(self, session)
        return self._sender


@contextmanager
def open_storage(database_url: str, limits: PoolLimits, *, pipelines: int = 1) -> Iterator[PostgresStorage]:
    """Yield the storage in a database, for threads: it has an event loop of its own, on another thread."""
    offload = Offload("database rows", 1)
    storage = PostgresStorage(database_url, limits, offload, pipelines=pipelines)
    loop = asyncio.new_event_loop()
    opened, closing = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with storage.open():
            opened.set()
            await closing.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="database", daemon=True)
    thread.start()
    opened.wait()
    try:
        yield storage
    finally:
        loop.call_soon_threadsafe(closing.set)
        thread.join()
        loop.close()
        offload.close()


def _attributed(sender: LentSender, caller: Caller | None) -> PostgresStores:
    if caller is not None:
        who = {"user_id": caller.user_id, "token_id": caller.token_id, "request_id": caller.request_id}
        sender.post(_SQL["attribute"], who)
    return PostgresStores(Session(sender))
