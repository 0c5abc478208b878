"""Ranges of time: which are accepted, and which refused."""

from datetime import UTC, datetime, timedelta

import pytest

from timetrack.domain.errors import RangeOutOfCalendarError, RangeReversedError, RangeTooLongError
from timetrack.domain.model.time.ranges import Range

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEN_YEARS = timedelta(days=3660)


@pytest.mark.parametrize("length", [timedelta(0), SECOND, TEN_YEARS])
def test_a_range_may_be_empty_and_up_to_ten_years_long(length: timedelta) -> None:
    range_ = Range.of(BEGIN, BEGIN + length)

    assert (range_.start, range_.end) == (BEGIN, BEGIN + length)


def test_ten_calendar_years_are_not_too_long() -> None:
    assert Range.of(datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)).start.year == 2016


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(RangeReversedError):
        Range.of(BEGIN, BEGIN - SECOND)


def test_a_range_of_more_than_ten_years_is_refused() -> None:
    with pytest.raises(RangeTooLongError, match="10 years"):
        Range.of(BEGIN, BEGIN + TEN_YEARS + SECOND)


@pytest.mark.parametrize("year", [1, 9901])
def test_a_range_without_a_calendar_around_it_is_refused(year: int) -> None:
    with pytest.raises(RangeOutOfCalendarError):
        Range.of(datetime(year, 12, 31, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC))
