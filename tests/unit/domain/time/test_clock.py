"""Instants that callers give, held to the one clock."""

from datetime import UTC, datetime, timedelta

from timetrack.domain.model.time.clock import clamped, is_in_future

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
SKEW = timedelta(minutes=2)
SECOND = timedelta(seconds=1)


def test_two_minutes_ahead_may_be_skew_and_a_second_more_is_the_future() -> None:
    assert not is_in_future(NOON + SKEW, NOON)
    assert is_in_future(NOON + SKEW + SECOND, NOON)


def test_an_instant_within_the_skew_becomes_now_and_an_earlier_one_loses_its_fraction() -> None:
    assert clamped(NOON + SKEW, NOON) == NOON
    assert clamped(NOON - timedelta(milliseconds=500), NOON) == NOON - SECOND
