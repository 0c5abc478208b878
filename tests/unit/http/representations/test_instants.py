from datetime import UTC, datetime, timedelta, timezone

import pytest

from timetrack.entrypoints.http.representations import instants


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (datetime(2026, 3, 28, 10, 30, tzinfo=timezone(timedelta(hours=1))), "2026-03-28T09:30:00Z"),
        (datetime(86, 6, 18, 23, 4, 20, 999_999, tzinfo=UTC), "0086-06-18T23:04:20Z"),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "9999-12-31T23:59:59Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_four_digits_for_the_year(instant: datetime, written: str) -> None:
    assert instants.write(instant) == written
    assert instants.read(written) == instant.replace(microsecond=0)
