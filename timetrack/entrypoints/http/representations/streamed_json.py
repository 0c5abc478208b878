"""JSON bodies of many rows, made piece by piece: one at once would keep everybody else waiting."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from timetrack.entrypoints.http.messages.rendering import to_json

Row = TypeVar("Row")

ROWS_AT_ONCE = 250
"""So many rows take about a millisecond."""


def streamed(
    head: Callable[[], Mapping[str, Any]], rows: Sequence[Row], as_json: Callable[[Row], object]
) -> Iterator[bytes]:
    """Yield an object whose last member is an array of rows; the head has that array empty.

    The pieces joined are what the object at once would have been, byte for byte.
    """
    yield to_json(head()).removesuffix(b"]}")
    for first in range(0, len(rows), ROWS_AT_ONCE):
        piece = to_json([as_json(row) for row in rows[first : first + ROWS_AT_ONCE]])[1:-1]
        yield piece if first == 0 else b"," + piece
    yield b"]}"
