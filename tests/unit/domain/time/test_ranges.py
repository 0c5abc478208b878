"""Ranges of time: which are accepted, and which refused."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from timetrack.domain.errors import RangeReversedError, RangeTooLongError
from timetrack.domain.model.time.local_days import EARLIEST, LATEST, AskedDays
from timetrack.domain.model.time.ranges import ALL_TIME, AskedRange, OpenRange, Range

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEN_YEARS = timedelta(days=3660)
BERLIN = AskedDays(time_zone="Europe/Berlin").of_user("UTC")


@pytest.mark.parametrize("length", [timedelta(0), SECOND, TEN_YEARS, 100 * TEN_YEARS])
def test_a_range_may_be_empty_and_of_any_length(length: timedelta) -> None:
    range_ = Range.of(BEGIN, BEGIN + length)

    assert (range_.start, range_.end) == (BEGIN, BEGIN + length)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(RangeReversedError):
        Range.of(BEGIN, BEGIN - SECOND)


def test_a_range_of_periods_may_be_ten_years_long() -> None:
    ten_years = Range.of(datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))

    assert ten_years.for_periods() == ten_years
    assert Range.of(BEGIN, BEGIN + TEN_YEARS).for_periods().end == BEGIN + TEN_YEARS


def test_a_range_of_periods_is_refused_when_it_is_longer() -> None:
    with pytest.raises(RangeTooLongError, match="10 years"):
        Range.of(BEGIN, BEGIN + TEN_YEARS + SECOND).for_periods()


@pytest.mark.parametrize(
    ("start", "end", "clamped"),
    [
        (EARLIEST, datetime(5, 1, 1, tzinfo=UTC), (datetime(2, 1, 1, tzinfo=UTC), datetime(5, 1, 1, tzinfo=UTC))),
        (
            datetime(9998, 1, 1, tzinfo=UTC),
            LATEST,
            (datetime(9998, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)),
        ),
        (EARLIEST, EARLIEST + SECOND, (datetime(2, 1, 1, tzinfo=UTC),) * 2),
        (LATEST, LATEST, (datetime(9999, 1, 1, tzinfo=UTC),) * 2),
    ],
)
def test_a_range_of_periods_keeps_to_the_calendar(
    start: datetime, end: datetime, clamped: tuple[datetime, datetime]
) -> None:
    range_ = Range.of(start, end).for_periods()

    assert (range_.start, range_.end) == clamped


def test_a_range_of_dates_is_between_the_beginnings_of_the_days() -> None:
    days = AskedDays(starts_at=time(5, 30)).of_user("Europe/Berlin")

    range_ = AskedRange(start=date(2026, 3, 28), end=date(2026, 3, 30)).in_days(days)

    assert (range_.start, range_.end) == (
        datetime(2026, 3, 28, 4, 30, tzinfo=UTC),
        datetime(2026, 3, 30, 3, 30, tzinfo=UTC),
    )


def test_dates_and_instants_go_together() -> None:
    assert AskedRange(start=date(2026, 1, 1), end=BEGIN).in_days(BERLIN) == Range.of(BEGIN - 3600 * SECOND, BEGIN)


def test_a_range_of_dates_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(RangeReversedError):
        AskedRange(start=date(2026, 1, 2), end=date(2026, 1, 1)).in_days(BERLIN)


def test_an_open_range_tells_whether_it_depends_on_a_zone() -> None:
    open_ranges = [ALL_TIME, OpenRange(start=BEGIN), OpenRange(start=date(2026, 1, 1)), OpenRange(end=date(2026, 1, 1))]

    assert [each.has_dates for each in open_ranges] == [False, False, True, True]
