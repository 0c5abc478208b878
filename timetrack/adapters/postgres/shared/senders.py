"""The two ways of a statement to PostgreSQL; see the package."""

from dataclasses import dataclass
from functools import partial

from psycopg.errors import LockNotAvailable
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.session import Columns, Parameters
from timetrack.adapters.postgres.shared.batches import Batches, NotFreeError
from timetrack.adapters.postgres.shared.failures import FAILURES, Failures
from timetrack.adapters.postgres.shared.lending import Lending, LentConnection, has_borrowed, refuse_while_lent
from timetrack.adapters.postgres.shared.pipeline import Pipeline, StatementGoneError
from timetrack.adapters.postgres.shared.pipelines import BusyError, Pipelines
from timetrack.adapters.postgres.shared.probe import Probe
from timetrack.adapters.postgres.shared.results import Result
from timetrack.adapters.postgres.shared.turns import Turns
from timetrack.adapters.postgres.statements import Statement
from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.waiting import Offload, Resume, ServingLoop

_LEFT_UNDONE = (BusyError, NotFreeError, LockNotAvailable, StatementGoneError)
"""Errors after which a statement goes over a lent connection, where it keeps nobody else waiting."""


@dataclass(frozen=True, slots=True)
class LentSender:
    """Statements over the connection of a transaction; see Sender. Whoever opened it translates failures."""

    connection: LentConnection
    loop: ServingLoop
    offload: Offload

    def execute(self, statement: Statement, parameters: Parameters) -> Result:
        """See Sender.execute."""
        result = self.connection.execute(statement, parameters)
        return Result(result, self.connection.pipeline, self.offload, self.loop.is_current)

    def look_up(self, statement: Statement, value: object) -> Columns | None:
        """See Sender.look_up."""
        (name,) = statement.names
        return self.execute(statement, {name: value}).first()

    def write(self, single: Statement, batch: Statement, parameters: Parameters) -> Columns | None:
        """See Sender.write."""
        del batch
        return self.execute(single, parameters).first()

    def post(self, statement: Statement, parameters: Parameters) -> None:
        """Send a statement together with the next one, which fails if it does."""
        self.connection.post(statement, parameters)


class SharedSender:
    """Statements outside transactions, each one by itself; see Sender."""

    def __init__(  # noqa: PLR0913, PLR0917 - what storage.py puts together
        self,
        loop: ServingLoop,
        lookups: Pipelines,
        others: Pipelines,
        lending: Lending,
        turns: Turns,
        probe: Probe,
        failures: Failures,
        offload: Offload,
    ) -> None:
        """Send lookups over connections of their own, since others take longer."""
        self._loop = loop
        self._probe = probe
        self._failures = failures
        self._turns = turns
        self._pipelines = others
        self._lookups = Batches(lookups)
        self._writes = Batches(others)
        self._lending = lending
        self._offload = offload

    def execute(self, statement: Statement, parameters: Parameters) -> Result:
        """See Sender.execute."""
        if self._probe.hangs or has_borrowed():
            self._refuse()
        if statement.shared:
            # Not by `translating`, here and below: it takes 2 us, for each statement of each request.
            try:
                return self._result(*self._over_shared(statement, parameters))
            except _LEFT_UNDONE:
                pass
            except FAILURES as error:
                raise self._failures.unavailable(error) from error
        return self._over_lent(statement, parameters)

    def look_up(self, statement: Statement, value: object) -> Columns | None:
        """See Sender.look_up."""
        if self._probe.hangs or has_borrowed():
            self._refuse()
        try:
            columns: Columns | None = self._loop.wait(partial(self._lookups.look_up, statement, value))
        except _LEFT_UNDONE:
            (name,) = statement.names
            return self._over_lent(statement, {name: value}).first()
        except FAILURES as error:
            raise self._failures.unavailable(error) from error
        return columns

    def write(self, single: Statement, batch: Statement, parameters: Parameters) -> Columns | None:
        """See Sender.write."""
        if self._probe.hangs or has_borrowed():
            self._refuse()
        user_id = parameters.get("user_id")
        if not self._turns.has_one(user_id):  # else this one would hardly fare better
            try:
                columns: Columns | None = self._loop.wait(partial(self._writes.write, batch, parameters))
            except _LEFT_UNDONE:
                pass
            except FAILURES as error:
                raise self._failures.unavailable(error) from error
            else:
                return columns
        with self._turns.turn(user_id):
            return self._over_lent(single, parameters).first()

    def _refuse(self) -> None:
        """Refuse what could only wait: behind one's own transaction, and while PostgreSQL hangs."""
        refuse_while_lent()
        raise DatabaseUnavailableError

    def _over_shared(self, statement: Statement, parameters: Parameters) -> tuple[PGresult, Pipeline]:
        chosen: list[Pipeline] = []

        def begin(resume: Resume) -> None:
            pipeline = self._pipelines.least_busy()
            chosen.append(pipeline)
            pipeline.send(statement, parameters, resume)

        return self._loop.wait(begin), chosen[0]

    def _over_lent(self, statement: Statement, parameters: Parameters) -> Result:
        with self._failures.translating(), self._lending.connection() as connection:
            return self._result(connection.execute(statement, parameters), connection.pipeline)

    def _result(self, result: PGresult, pipeline: Pipeline) -> Result:
        return Result(result, pipeline, self._offload, self._loop.is_current)
