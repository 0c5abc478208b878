"""Asking whether the database serves, over a connection of its own, so that nobody waits for one that does not."""

import asyncio
import logging
from collections.abc import Callable

from psycopg import Error
from psycopg.errors import InsufficientPrivilege, UndefinedTable
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.pool import PoolLimits, connection_settings
from timetrack.adapters.postgres.setup.applied_migrations import migration_files
from timetrack.adapters.postgres.shared.pipeline import Pipeline, PipelineConnection
from timetrack.adapters.postgres.statements import load
from timetrack.domain.errors import Obstacle
from timetrack.resources import resource

_MIGRATIONS = load("session")["migrations"]
_LONGEST = 0.9
"""Seconds for an answer; with the rest of its way `/ready` takes less than one."""
_PAUSE = 1.0
_SILENCES = 2
"""So many in a row are a database that hangs; one may be a machine that is busy for a moment."""

_log = logging.getLogger(__name__)


class Probe:
    """Asks when somebody wants to know, and, from the moment that something is suspicious, until the database answers.

    `refuses`: no connection can be made. `hangs`: nor does it answer over those that are there.
    """

    def __init__(self, database_url: str, limits: PoolLimits) -> None:
        self.refuses = self.hangs = False
        self.on_outage: Callable[[], object] = _nothing
        self._url = database_url
        self._limits = limits
        self._known = frozenset(migration_files(resource("migrations")))
        self._pipeline: Pipeline | None = None
        self._silences = 0
        self._suspicious = asyncio.Event()
        self._looking: asyncio.Task[Obstacle | None] | None = None
        self._watching: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to look, on the running loop."""
        self.suspect()
        self._watching = asyncio.create_task(self._watch())

    def close(self) -> None:
        """Look no more."""
        for task in (self._watching, self._looking):
            if task is not None:
                task.cancel()
        self._drop()

    def suspect(self) -> None:
        """Have it looked whether the database serves: a connection was lost, or a statement takes long."""
        self._suspicious.set()

    async def look(self) -> Obstacle | None:
        """Return what keeps the database from serving, within a second; many that ask at once are one question."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await asyncio.shield(self._looking)

    async def _watch(self) -> None:
        while True:
            await self._suspicious.wait()
            self._suspicious.clear()
            if await self.look() is Obstacle.NO_CONNECTION:
                await asyncio.sleep(_PAUSE)
                self.suspect()

    async def _look(self) -> Obstacle | None:
        try:
            async with asyncio.timeout(_LONGEST):
                obstacle = await self._ask()
        except (Error, TimeoutError, OSError) as error:
            self._drop()
            self._note(silent=isinstance(error, TimeoutError))
            return Obstacle.NO_CONNECTION
        if self.refuses:
            _log.warning("database answers again")
        self.refuses = self.hangs = False
        self._silences = 0
        return obstacle

    async def _ask(self) -> Obstacle | None:
        outcome = await _answer(await self._connected())
        if isinstance(outcome, UndefinedTable):
            return Obstacle.SCHEMA_MISSING
        if isinstance(outcome, InsufficientPrivilege):
            return None  # then nobody can tell from here
        if isinstance(outcome, Error):
            raise outcome
        applied = {(outcome.get_value(row, 0) or b"").decode() for row in range(outcome.ntuples)}
        return None if self._known <= applied else Obstacle.SCHEMA_MISSING

    async def _connected(self) -> Pipeline:
        if self._pipeline is None or not self._pipeline.is_idle:
            self._drop()
            connection = await PipelineConnection.connect(self._url, **connection_settings(self._limits))
            self._pipeline = Pipeline(connection, prepares=False)
            self._pipeline.attach()
        return self._pipeline

    def _note(self, *, silent: bool) -> None:
        self._silences = self._silences + 1 if silent else 0
        if silent and self._silences < _SILENCES:
            self.suspect()
            return
        if not self.refuses:
            _log.error("database does not answer", extra={"hangs": silent})
        self.refuses, self.hangs = True, silent
        self.on_outage()

    def _drop(self) -> None:
        if self._pipeline is not None:
            pipeline, self._pipeline = self._pipeline, None
            pipeline.close()


async def _answer(pipeline: Pipeline) -> PGresult | Error:
    answer: asyncio.Future[PGresult | Error] = asyncio.get_running_loop().create_future()

    def resume(outcome: PGresult | Error) -> None:
        if not answer.done():
            answer.set_result(outcome)

    pipeline.send(_MIGRATIONS, {}, resume)
    return await answer


def _nothing() -> None:
    """Nobody has to know."""
