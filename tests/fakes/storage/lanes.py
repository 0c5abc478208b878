"""Lanes in memory: what overlaps, and what PostgreSQL's constraints refuse."""

from tests.fakes.storage.state import State
from timetrack.domain.errors import TimeEntryOverlapError, TimerAlreadyRunningError
from timetrack.domain.model.ids import TimeEntryId, UserId
from timetrack.domain.model.time.lanes import SINGLE_LANE, LaneInterval
from timetrack.domain.model.time.time_entries import TimeEntry

_NAMED_AT_MOST = 10


def running_in(state: State, user_id: UserId, lane: int) -> TimeEntry | None:
    """Return what runs in a lane."""
    entries = state.time_entries.values()
    return next((each for each in entries if each.running and (each.user_id, each.lane) == (user_id, lane)), None)


def in_the_way(state: State, stretch: LaneInterval, but: TimeEntryId | None) -> list[TimeEntryId]:
    """Return what overlaps a stretch in its lane, by its start."""
    others = [each for each in state.time_entries.values() if each.id != but and _overlap(each, stretch)]
    others.sort(key=lambda each: (each.start, each.id))
    return [each.id for each in others[:_NAMED_AT_MOST]]


def check_constraints(state: State, entry: TimeEntry) -> None:
    """Refuse what the constraints do, which name nobody; the rules that no caller can break are assertions."""
    assert entry.end is None or entry.start <= entry.end, "time_entries_end_at_check"
    assert entry.lane in (SINGLE_LANE, entry.task_id), "time_entries_lane_check"
    assert not entry.start.microsecond, "time_entries_whole_seconds_check"
    running = running_in(state, entry.user_id, entry.lane)
    if entry.running and running is not None and running.id != entry.id:
        raise TimerAlreadyRunningError
    if in_the_way(state, entry, entry.id):
        raise TimeEntryOverlapError(())


def _overlap(one: LaneInterval, other: LaneInterval) -> bool:
    """Tell whether two stretches share a second of a lane; one of no length shares none."""
    return (
        (one.user_id, one.lane) == (other.user_id, other.lane)
        and (other.end is None or max(one.start, other.start) < other.end)
        and (one.end is None or max(one.start, other.start) < one.end)
    )
