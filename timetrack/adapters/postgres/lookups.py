"""Lookups of many requests, asked together: one statement for all of them, where each would have sent its own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, LiteralString

from psycopg import Error, OperationalError
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.pipeline import Pipeline, set_aside
from timetrack.adapters.postgres.pipelines import Pipelines, UnfitError, rows_of
from timetrack.adapters.postgres.session import Row
from timetrack.adapters.postgres.statements import looked_up_together
from timetrack.domain.errors import DatabaseUnavailableError

_Lookup = tuple[LiteralString, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class _Asked:
    value: object
    resume: Callable[[object], object]


class Lookups:
    """What greenlets look up by one value each goes out together, once the loop has run all that it has to run now."""

    def __init__(self, pipelines: Pipelines) -> None:
        self._pipelines = pipelines
        self._asked: dict[_Lookup, list[_Asked]] = {}

    def find(self, query: LiteralString, value: object, make: Callable[..., Row]) -> Row | None:
        """Return the row that a query finds by its only parameter, None if there is none.

        Raises:
            UnfitError: no connection is there.
            DatabaseUnavailableError: the connection broke, or it took too long.
        """
        me, parent = set_aside()
        self._pipelines.least_busy()
        lookup = (query, make)
        if lookup not in self._asked:
            self._asked[lookup] = []
            asyncio.get_running_loop().call_soon(self._ask, lookup)
        self._asked[lookup].append(_Asked(value, me.switch))
        outcome: Row | Exception | None = parent.switch()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _ask(self, lookup: _Lookup) -> None:
        query, make = lookup
        asked = self._asked.pop(lookup)
        values = [each.value for each in asked]
        try:
            pipeline = self._pipelines.least_busy()
            answer = partial(self._answer, pipeline, make, asked)
            pipeline.send(looked_up_together(query), {"values": values}, answer)
        except (UnfitError, Error) as error:
            _fail(asked, error)

    def _answer(
        self, pipeline: Pipeline, make: Callable[..., Any], asked: list[_Asked], outcome: PGresult | Error
    ) -> None:
        if isinstance(outcome, Error):
            _fail(asked, outcome)
            return
        found = dict(rows_of(outcome, pipeline.transformer, partial(_placed, make)))
        for place, each in enumerate(asked, start=1):
            each.resume(found.get(place))


def _placed(make: Callable[..., Row], *, place: int, **columns: object) -> tuple[int, Row]:
    return place, make(**columns)


def _fail(asked: list[_Asked], error: Exception) -> None:
    for each in asked:
        if isinstance(error, OperationalError):
            failure = DatabaseUnavailableError()
            failure.__cause__ = error
            each.resume(failure)
        else:
            each.resume(error)
