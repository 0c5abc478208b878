"""A body in pieces is the body at once."""

import pytest

from timetrack.entrypoints.http.messages.rendering import to_json
from timetrack.entrypoints.http.representations.streamed_json import ROWS_AT_ONCE, streamed


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 4 * ROWS_AT_ONCE])
def test_the_pieces_joined_are_the_whole(count: int) -> None:
    def as_json(number: int) -> dict[str, object]:
        return {"number": number, "text": 'ü "],}'}

    rows = range(count)
    whole = to_json({"total": count, "rows": [as_json(row) for row in rows]})

    assert b"".join(streamed(lambda: {"total": count, "rows": []}, rows, as_json)) == whole
