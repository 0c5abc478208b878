"""The storage of requests that need no thread: single statements, over connections that many requests share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, LiteralString

from psycopg import OperationalError
from psycopg.abc import Transformer
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.session import Parameters, Row
from timetrack.adapters.postgres.shared.batches import AloneError, Batches
from timetrack.adapters.postgres.shared.pipelines import Pipelines, UnfitError, rows_of, tuples_of
from timetrack.adapters.postgres.statements import looked_up_alone, statement_of
from timetrack.adapters.postgres.storage import PostgresStores
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.ports.storage import OnceStorage, Stores


class PipelineSession:
    """Statements over the pipelines, each a transaction of its own but those written together; see Session."""

    def __init__(self, pipelines: Pipelines, lookups: Pipelines) -> None:
        self.pipelines = pipelines
        self._lookups = Batches(lookups)
        self._writes = Batches(pipelines)

    def one(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Row | None:
        """See Session.one."""
        rows = self.all(query, parameters, make)
        return rows[0] if rows else None

    def find(self, query: LiteralString, value: object, make: Callable[..., Row]) -> Row | None:
        """See Session.find."""
        # Whoever looks something up may be about to ask for more, which should not wait for connections then.
        self.pipelines.connect()
        try:
            return self._lookups.find(query, value, make)
        except AloneError:
            return self.one(query, looked_up_alone(query, value), make)

    def write(
        self, alone: LiteralString, together: LiteralString, parameters: Parameters, make: Callable[..., Row]
    ) -> Row | None:
        """See Session.write."""
        try:
            return self._writes.write(together, parameters, make)
        except AloneError:
            return self.one(alone, parameters, make)

    def all(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Sequence[Row]:
        """See Session.all."""
        return rows_of(*self._execute(query, parameters), make)

    def tuples(self, query: LiteralString, parameters: Parameters) -> Sequence[tuple[Any, ...]]:
        """See Session.tuples."""
        return tuples_of(*self._execute(query, parameters))

    def run(self, query: LiteralString, parameters: Parameters) -> None:
        """See Session.run."""
        self._execute(query, parameters)

    def _execute(self, query: LiteralString, parameters: Parameters) -> tuple[PGresult, Transformer]:
        pipeline = self.pipelines.least_busy()
        try:
            return pipeline.execute(statement_of(query), parameters), pipeline.transformer
        except OperationalError as error:
            raise DatabaseUnavailableError from error


class PipelinedStorage(PostgresStores):
    """The part of Storage that needs no thread: single statements."""

    def __init__(self, session: PipelineSession) -> None:
        super().__init__(session)

    def transaction(self, caller: Caller | None) -> AbstractContextManager[Stores]:  # noqa: ARG002 - see Storage
        """Refuse: between its statements a transaction would have a connection to itself."""
        raise UnfitError

    def once(self, key: IdempotencyKey) -> AbstractContextManager[OnceStorage]:  # noqa: ARG002 - see Storage
        """Refuse: it is a transaction."""
        raise UnfitError

    def ready(self) -> bool:
        """Refuse: whether the database answers is to be asked of the pool, on which all else depends."""
        raise UnfitError


@contextmanager
def open_pipelines(database_url: str, limits: PoolLimits, *, count: int) -> Iterator[PipelinedStorage]:
    """Yield a storage for greenlets of an event loop, over so many connections, which the end closes.

    Of several, one is for lookups alone, which wait for nobody: statements that wait for a lock may hold up the others.
    """
    lookups = Pipelines(database_url, limits, count=min(count, 1))
    others = Pipelines(database_url, limits, count=count - 1) if count > 1 else lookups
    try:
        yield PipelinedStorage(PipelineSession(others, lookups))
    finally:
        lookups.close()
        others.close()
