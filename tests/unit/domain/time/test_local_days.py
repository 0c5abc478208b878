"""Where local days begin."""

from datetime import UTC, date, datetime, time

import pytest

from timetrack.domain.model.time.local_days import EARLIEST, LATEST, LocalDays
from timetrack.domain.model.time.time_zones import zone


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("place", "day", "begin"),
    [
        ("UTC", "2026-03-29", "2026-03-29T00:00:00Z"),
        ("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z"),
        # Clocks are put forward over midnight.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"),
        # Midnight comes twice.
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
        # Clocks show the day for a minute, then the day before again.
        ("America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z"),
        # The day does not exist: the next one begins in its place.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"),
        # Clocks are put forward from before midnight to behind it.
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"),
    ],
)
def test_a_day_begins_at_the_first_instant_that_has_its_date(place: str, day: str, begin: str) -> None:
    assert LocalDays(zone=zone(place)).beginning_of(date.fromisoformat(day)) == at(begin)


@pytest.mark.parametrize(
    ("place", "day", "starts_at", "begin"),
    [
        ("Europe/Berlin", "2026-01-16", "05:30", "2026-01-16T05:30:00+01:00"),
        ("Europe/Berlin", "2026-03-29", "05:30", "2026-03-29T05:30:00+02:00"),
        # Clocks are put forward from 02:00 to 03:00, and back from 03:00 to 02:00.
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T03:00:00+02:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T02:30:00+02:00"),
        # Clocks are put back from 00:01 to 23:01 of the day before.
        ("America/St_Johns", "2010-11-06", "23:30", "2010-11-06T23:30:00-02:30"),
        # The day does not exist.
        ("Pacific/Apia", "2011-12-30", "05:30", "2011-12-31T00:00:00+14:00"),
        ("Asia/Kathmandu", "2026-01-01", "23:59", "2026-01-01T23:59:00+05:45"),
    ],
)
def test_a_day_may_start_at_another_time(place: str, day: str, starts_at: str, begin: str) -> None:
    days = LocalDays(zone=zone(place), starts_at=time.fromisoformat(starts_at))

    assert days.beginning_of(date.fromisoformat(day)) == at(begin)
    assert days.day_of(at(begin)) >= date.fromisoformat(day)


@pytest.mark.parametrize(
    ("instant", "day"), [("2026-01-16T05:29:59+01:00", "2026-01-15"), ("2026-01-16T05:30:00+01:00", "2026-01-16")]
)
def test_the_work_of_a_night_is_in_the_day_before(instant: str, day: str) -> None:
    days = LocalDays(zone=zone("Europe/Berlin"), starts_at=time(5, 30))

    assert days.day_of(at(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("place", "day", "starts_at", "begin"),
    [("Asia/Tokyo", date.min, time(5), EARLIEST), ("Etc/GMT+12", date.max, time(12), LATEST)],
)
def test_a_day_that_begins_outside_the_calendar_begins_with_it(
    place: str, day: date, starts_at: time, begin: datetime
) -> None:
    assert LocalDays(zone=zone(place), starts_at=starts_at).beginning_of(day) == begin
