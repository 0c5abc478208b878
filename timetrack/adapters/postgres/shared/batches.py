"""Batches: equal lookups or writes of many requests in one turn of the event loop, sent as one statement."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from operator import attrgetter
from typing import Any

import orjson
from psycopg import Error, OperationalError
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.session import Columns, Parameters
from timetrack.adapters.postgres.shared.pipeline import Pipeline
from timetrack.adapters.postgres.shared.pipelines import Pipelines
from timetrack.adapters.postgres.statements import Statement, lookup_batch
from timetrack.waiting import Resume

MOST_IN_A_BATCH = 50
"""A statement for more would keep the first ones waiting for the last ones."""


class NotFreeError(Exception):
    """Another transaction has what a write needs; nothing has been done."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """A kind of batch: the statement for many, the shorter one for a lookup that is alone, and their parameters."""

    batch: Statement
    parameters: Callable[[list[Any]], Parameters]
    single: Statement | None = None


@dataclass(slots=True)  # frozen, it would take 1 us more to make
class _Asked:
    value: Any
    resume: Resume


_VALUE = attrgetter("value")


class Batches:
    """Sends what is asked for when the event loop has run all that it has to run now.

    Each row of a batch has the place, from 1, of what it answers in its first column. All of a batch that PostgreSQL
    refuses, which undid everything, are sent again, each alone.
    Called on the event loop only; each `resume` gets a row by the names of its columns, None for no row, or an error:
    a BusyError where no connection is there, or all are busy.
    """

    def __init__(self, pipelines: Pipelines) -> None:
        self._pipelines = pipelines
        self._asked: dict[_Kind, list[_Asked]] = {}

    def look_up(self, statement: Statement, value: object, resume: Resume) -> None:
        """Look up one row by one value."""
        self._line_up(_lookup(statement), value, resume)

    def write(self, batch: Statement, parameters: Parameters, resume: Resume) -> None:
        """Do one of several writes; where it gets no row, the outcome is a NotFreeError."""
        self._line_up(_write(batch), parameters, resume)

    def _line_up(self, kind: _Kind, value: object, resume: Resume) -> None:
        if kind not in self._asked:
            self._asked[kind] = []
            asyncio.get_running_loop().call_soon(self._send_all, kind)
        self._asked[kind].append(_Asked(value, resume))

    def _send_all(self, kind: _Kind) -> None:
        asked = self._asked.pop(kind)
        for first in range(0, len(asked), MOST_IN_A_BATCH):
            self._send(kind, asked[first : first + MOST_IN_A_BATCH])

    def _send(self, kind: _Kind, asked: list[_Asked]) -> None:
        if kind.single and len(asked) == 1:
            self._look_up_alone(kind.single, asked[0])
            return
        try:
            pipeline = self._pipelines.least_busy()
            answer = partial(self._answer, kind, asked, pipeline)
            pipeline.send(kind.batch, kind.parameters([*map(_VALUE, asked)]), answer)
        except Exception as error:  # noqa: BLE001 - it is for those who wait, whatever it is
            self._fail(kind, asked, error)

    def _look_up_alone(self, single: Statement, asked: _Asked) -> None:
        (name,) = single.names
        try:
            pipeline = self._pipelines.least_busy()
            pipeline.send(single, {name: asked.value}, partial(_answer_alone, asked, pipeline))
        except Exception as error:  # noqa: BLE001 - as above
            asked.resume(error)

    def _answer(self, kind: _Kind, asked: list[_Asked], pipeline: Pipeline, outcome: PGresult | Error) -> None:
        if isinstance(outcome, Error):
            self._fail(kind, asked, outcome)
            return
        rows = dict(_numbered_rows(outcome, pipeline))
        for place, each in enumerate(asked, start=1):
            each.resume(rows.get(place, None if kind.single else NotFreeError()))

    def _fail(self, kind: _Kind, asked: list[_Asked], error: Exception) -> None:
        """Tell all that the connection broke, or a lock was not to be had; after another refusal, send each alone."""
        refused = isinstance(error, Error) and not isinstance(error, OperationalError)
        for each in asked:
            if refused and len(asked) > 1:
                self._send(kind, [each])
            else:
                each.resume(error)


@cache
def _lookup(statement: Statement) -> _Kind:
    return _Kind(lookup_batch(statement), _as_array, statement)


@cache
def _write(batch: Statement) -> _Kind:
    return _Kind(batch, _as_json)


def _as_array(values: list[Any]) -> Parameters:
    return {"values": values}


def _as_json(asked: list[Any]) -> Parameters:
    rows = [{"place": place, **parameters} for place, parameters in enumerate(asked, start=1)]
    return {"asked": orjson.dumps(rows, default=bytes.hex).decode()}


def _answer_alone(asked: _Asked, pipeline: Pipeline, outcome: PGresult | Error) -> None:
    if isinstance(outcome, Error):
        asked.resume(outcome)
    else:
        asked.resume(next(iter(_rows(outcome, pipeline, first_column=0)), None))


def _numbered_rows(result: PGresult, pipeline: Pipeline) -> Iterable[tuple[int, Columns | Exception]]:
    places = [int.from_bytes(result.get_value(row, 0) or b"") for row in range(result.ntuples)]
    return zip(places, _rows(result, pipeline, first_column=1), strict=True)


def _rows(result: PGresult, pipeline: Pipeline, *, first_column: int) -> Sequence[Columns | Exception]:
    """Return each row by the names of its columns, or what went wrong with reading it: that is for one alone."""
    reader = pipeline.reader(own=False)
    reader.set_pgresult(result)
    names = [(result.fname(column) or b"").decode() for column in range(first_column, result.nfields)]
    rows: list[Columns | Exception] = []
    for number in range(result.ntuples):
        try:
            row = reader.load_row(number, tuple) or ()
        except Exception as error:  # noqa: BLE001 - it is for whoever waits for this row
            rows.append(error)
        else:
            rows.append(dict(zip(names, row[first_column:], strict=True)))
    return rows
