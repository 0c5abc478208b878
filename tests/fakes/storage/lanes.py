"""Lanes in memory: overlaps, and the constraints that PostgreSQL would enforce."""

from tests.fakes.storage.state import State
from timetrack.domain.errors import TimeEntryOverlapError, TimerAlreadyRunningError
from timetrack.domain.model.ids import TimeEntryId, UserId
from timetrack.domain.model.time.lanes import SINGLE_LANE, LaneInterval
from timetrack.domain.model.time.time_entries import TimeEntry

_NAMED_AT_MOST = 10


def find_running(state: State, user_id: UserId, lane: int) -> TimeEntry | None:
    """Return the entry that runs in a lane."""
    entries = state.time_entries.values()
    return next((each for each in entries if each.running and (each.user_id, each.lane) == (user_id, lane)), None)


def overlapping(state: State, interval: LaneInterval, ignoring: TimeEntryId | None) -> list[TimeEntryId]:
    """Return at most ten entries that overlap an interval in its lane, by their start, but not `ignoring`."""
    others = [each for each in state.time_entries.values() if each.id != ignoring and _overlap(each, interval)]
    others.sort(key=lambda each: (each.start, each.id))
    return [each.id for each in others[:_NAMED_AT_MOST]]


def check_constraints(state: State, entry: TimeEntry) -> None:
    """Refuse what the constraints refuse, naming no entry; the rules that no caller can break are assertions."""
    assert entry.end is None or entry.start <= entry.end, "time_entries_end_at_check"
    assert entry.lane in (SINGLE_LANE, entry.task_id), "time_entries_lane_check"
    assert not entry.start.microsecond, "time_entries_whole_seconds_check"
    running = find_running(state, entry.user_id, entry.lane)
    if entry.running and running is not None and running.id != entry.id:
        raise TimerAlreadyRunningError
    if overlapping(state, entry, entry.id):
        raise TimeEntryOverlapError(())


def _overlap(one: LaneInterval, other: LaneInterval) -> bool:
    """Return whether two intervals share a second of a lane; one of no length shares none."""
    return (
        (one.user_id, one.lane) == (other.user_id, other.lane)
        and (other.end is None or max(one.start, other.start) < other.end)
        and (one.end is None or max(one.start, other.start) < one.end)
    )
