"""Results as rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from psycopg.abc import Transformer
from psycopg.pq.abc import PGresult

from timetrack.adapters.postgres.shared.pipeline import Pipeline
from timetrack.waiting import Offload

Row = TypeVar("Row")

ROWS_AT_ONCE = 250
"""In rows: the most that the event loop reads, in a millisecond; more are read on a thread, in pieces of this size."""


@dataclass(slots=True)  # frozen, it would take 1 us more to make
class Result:
    """The result of one statement."""

    result: PGresult
    pipeline: Pipeline
    offload: Offload
    on_loop: bool
    """True on the loop's thread, on which the pipeline's own reader may be used."""

    def first(self) -> Mapping[str, Any] | None:
        """Return the first row by the names of its columns, None without any."""
        if not self.result.ntuples:
            return None
        row = self._reader(own=not self.on_loop).load_row(0, tuple) or ()
        return dict(zip(self.names(), row, strict=True))

    def all(self, make: Callable[..., Row]) -> Sequence[Row]:
        """Return every row, made by `make` of the columns by their names."""
        names = self.names()
        return self.tuples(lambda rows: [make(**dict(zip(names, row, strict=True))) for row in rows])

    def tuples(self, make: Callable[[Sequence[tuple[Any, ...]]], Sequence[Row]]) -> Sequence[Row]:
        """Return every row, made by `make`, which gets some hundred tuples of columns at a time."""
        if self.result.ntuples <= ROWS_AT_ONCE:
            return make(self._reader(own=not self.on_loop).load_rows(0, self.result.ntuples, tuple))
        return [row for piece in self.offload.pieces(self._pieces(make)) for row in piece]

    def _pieces(self, make: Callable[[Sequence[tuple[Any, ...]]], Sequence[Row]]) -> Iterator[Sequence[Row]]:
        reader = self._reader(own=True)
        for first in range(0, self.result.ntuples, ROWS_AT_ONCE):
            yield make(reader.load_rows(first, min(first + ROWS_AT_ONCE, self.result.ntuples), tuple))

    def _reader(self, *, own: bool) -> Transformer:
        reader = self.pipeline.reader(own=own)
        reader.set_pgresult(self.result)
        return reader

    def names(self) -> list[str]:
        """Return the names of the columns."""
        return [(self.result.fname(column) or b"").decode() for column in range(self.result.nfields)]
