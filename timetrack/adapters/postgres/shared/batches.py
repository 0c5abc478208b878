"""What many requests ask for at once, in one statement, where each would have sent its own."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, LiteralString

import orjson
from psycopg import Error, OperationalError
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.session import Parameters, Row
from timetrack.adapters.postgres.shared.pipeline import Pipeline, set_aside
from timetrack.adapters.postgres.shared.pipelines import Pipelines, rows_of
from timetrack.adapters.postgres.statements import Statement, looked_up_together, statement_of
from timetrack.domain.errors import DatabaseUnavailableError

MOST_TOGETHER = 50
"""A statement for more would keep those in front waiting for those behind."""


class AloneError(Exception):
    """What was to be asked together with others is to be asked alone; nothing has been done of it."""


class _UnreadableError(Exception):
    """A row cannot be read, whatever was done has been done."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What goes together: the same statement, how it gets what everybody asks, and whether it is for one too."""

    statement: Statement
    pack: Callable[[list[Any]], Parameters]
    for_one_too: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    value: object
    resume: Callable[[dict[str, Any] | Exception | None], object]


class Batches:
    """What greenlets ask for goes out together, once the event loop has run all that it has to run now.

    Each row of a batch tells the place, from 1, of what it answers.
    """

    def __init__(self, pipelines: Pipelines) -> None:
        self._pipelines = pipelines
        self._asked: dict[_Kind, list[_Asked]] = {}

    def find(self, query: LiteralString, value: object, make: Callable[..., Row]) -> Row | None:
        """Return the row that a query finds by its only parameter, None if there is none.

        Raises:
            AloneError: it cannot be looked up together with others.
            UnfitError: no connection is there, or all are busy.
            DatabaseUnavailableError: the connection broke, or it took too long.
        """
        try:
            columns = self._columns(_Kind(looked_up_together(query), _values, for_one_too=True), value)
        except _UnreadableError as error:
            raise AloneError from error
        return None if columns is None else make(**columns)

    def write(self, query: LiteralString, parameters: Parameters, make: Callable[..., Row]) -> Row:
        """Return the row of one among those whose parameters a query gets as a list, in JSON.

        Raises:
            AloneError: there is nobody to go with, or it cannot be done together with others.
            UnfitError: no connection is there, or all are busy.
            DatabaseUnavailableError: the connection broke, or it took too long; what was done is unknown.
        """
        columns = self._columns(_Kind(statement_of(query), _numbered, for_one_too=False), parameters)
        if columns is None:
            raise AloneError
        return make(**columns)

    def _columns(self, kind: _Kind, value: object) -> dict[str, Any] | None:
        me, parent = set_aside()
        self._pipelines.least_busy()
        if kind not in self._asked:
            self._asked[kind] = []
            asyncio.get_running_loop().call_soon(self._ask_all, kind)
        self._asked[kind].append(_Asked(value, me.switch))
        outcome: dict[str, Any] | Exception | None = parent.switch()
        if isinstance(outcome, OperationalError):
            raise DatabaseUnavailableError from outcome
        if isinstance(outcome, Error):
            # One of them has broken a rule, and nothing has happened: alone, each gets an answer of its own.
            raise AloneError from outcome
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _ask_all(self, kind: _Kind) -> None:
        asked = self._asked.pop(kind)
        for first in range(0, len(asked), MOST_TOGETHER):
            self._ask(kind, asked[first : first + MOST_TOGETHER])

    def _ask(self, kind: _Kind, asked: list[_Asked]) -> None:
        if len(asked) == 1 and not kind.for_one_too:
            asked[0].resume(None)
            return
        try:
            pipeline = self._pipelines.least_busy()
            answer = partial(_answer, pipeline, asked)
            pipeline.send(kind.statement, kind.pack([each.value for each in asked]), answer)
        except Exception as error:  # noqa: BLE001 - it is for those who wait, whatever it is
            _fail(asked, error)


def _answer(pipeline: Pipeline, asked: list[_Asked], outcome: PGresult | Error) -> None:
    if isinstance(outcome, Error):
        _fail(asked, outcome)
        return
    try:
        rows: Sequence[dict[str, Any]] = rows_of(outcome, pipeline.transformer, dict)
    except Exception as error:  # noqa: BLE001 - as above
        unreadable = _UnreadableError()
        unreadable.__cause__ = error
        _fail(asked, unreadable)
        return
    found = {row.pop("place"): row for row in rows}
    for place, each in enumerate(asked, start=1):
        each.resume(found.get(place))


def _values(values: list[Any]) -> Parameters:
    return {"values": values}


def _numbered(asked: list[dict[str, Any]]) -> Parameters:
    rows = [{"place": place, **parameters} for place, parameters in enumerate(asked, start=1)]
    return {"asked": orjson.dumps(rows, default=bytes.hex).decode()}


def _fail(asked: list[_Asked], error: Exception) -> None:
    for each in asked:
        each.resume(error)
