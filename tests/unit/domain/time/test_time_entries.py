"""The facts of a time entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.time.time_entries import TimeEntry

NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)

RUNNING = TimeEntry(
    id=TimeEntryId(1),
    user_id=UserId(2),
    task_id=TaskId(3),
    lane=0,
    start=NOON,
    end=None,
    description="",
    version=1,
    created_at=NOON,
    updated_at=NOON,
    as_of=NOON + HOUR,
)


def test_a_running_entry_has_lasted_up_to_the_clock_at_which_it_was_read() -> None:
    assert (RUNNING.running, RUNNING.duration) == (True, HOUR)


def test_an_ended_entry_has_lasted_from_start_to_end() -> None:
    ended = replace(RUNNING, end=NOON + 2 * HOUR)

    assert (ended.running, ended.duration) == (False, 2 * HOUR)


def test_an_entry_never_lasts_less_than_nothing_though_the_clock_was_set_back() -> None:
    assert replace(RUNNING, as_of=NOON - HOUR).duration == timedelta(0)


@pytest.mark.parametrize(("duration", "suspicious"), [(DAY, False), (DAY + SECOND, True)])
def test_more_than_a_day_is_suspicious(duration: timedelta, *, suspicious: bool) -> None:
    assert replace(RUNNING, end=NOON + duration).suspicious is suspicious
    assert replace(RUNNING, as_of=NOON + duration).suspicious is suspicious
