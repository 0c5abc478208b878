from collections.abc import Callable, Sequence
from typing import Any

import pytest

from timetrack.adapters.postgres.session import Columns, Parameters, Row, Rows, Session
from timetrack.adapters.postgres.statements import Statement, load

_NOW = load("time_entries")["now"]


def test_a_required_row_is_made_of_its_columns() -> None:
    assert Session(_OneAnswer({"now": 7})).required(_NOW, {}, _value) == 7


def test_a_required_row_that_is_missing_is_a_fault() -> None:
    with pytest.raises(LookupError, match="returned none"):
        Session(_OneAnswer(None)).required(_NOW, {}, _value)


def _value(*, now: int) -> int:
    return now


class _OneAnswer:
    def __init__(self, row: Columns | None) -> None:
        self._row = row

    def execute(self, _statement: Statement, _parameters: Parameters) -> Rows:
        return self

    def first(self) -> Columns | None:
        return self._row

    def all(self, make: Callable[..., Row]) -> Sequence[Row]:
        raise NotImplementedError

    def tuples(self, make: Callable[[Sequence[tuple[Any, ...]]], Sequence[Row]]) -> Sequence[Row]:
        raise NotImplementedError

    def look_up(self, statement: Statement, value: object) -> Columns | None:
        raise NotImplementedError

    def write(self, single: Statement, batch: Statement, parameters: Parameters) -> Columns | None:
        raise NotImplementedError
