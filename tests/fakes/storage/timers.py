"""The decisions of the SQL functions `start_timer_if_active` and `stop_timer`, in the same order."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from tests.fakes.storage.database import FakeDatabase
from tests.fakes.storage.history import write
from tests.fakes.storage.lanes import find_running, overlapping
from tests.fakes.storage.state import MakeError, State
from timetrack.domain.errors import (
    EndBeforeStartError,
    EndInFutureError,
    StartInFutureError,
    SwitchTooEarlyError,
    TaskNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    TokenInvalidError,
)
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.time.clock import clamped, is_in_future
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.time.time_entry_history import Action
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer


def start(database: FakeDatabase, state: State, command: StartTimer) -> TimeEntry | MakeError:
    """Keep a new running entry, or return why not."""
    if command.task_id not in state.tasks:
        return TaskNotFoundError
    user = state.active_user(command.caller.user_id)
    if user is None:
        return TokenInvalidError
    if command.start is not None and is_in_future(command.start, database.now):
        return StartInFutureError
    return _start_in(user.timers.lane(command.task_id), database, state, command)


def _start_in(lane: int, database: FakeDatabase, state: State, command: StartTimer) -> TimeEntry | MakeError:
    now = database.now
    begin = _given_or_now(command.start, now)
    running = find_running(state, command.caller.user_id, lane)
    if running is not None and not command.switch:
        return partial(TimerAlreadyRunningError, running.id)
    if running is not None and running.start > begin:
        if command.start is not None:
            return SwitchTooEarlyError
        begin = running.start  # the clock was set back
    entry = _begun(database, command, lane, begin)
    others = overlapping(state, entry, running.id if running else None)
    # Without a start nothing looks for overlaps; the constraint then refuses it, and undoes the key as well.
    if others and command.start is not None:
        return partial(TimeEntryOverlapError, others)
    if running is not None:
        end(state, running, begin, now, command.caller)
    return write(state, entry, Action.CREATED, command.caller)


def stop(database: FakeDatabase, state: State, command: StopTimer) -> TimeEntry | MakeError:
    """End the running entry on the task, or return why not."""
    user = state.users.get(command.caller.user_id)
    now = database.now
    running = _running_on(state, command.caller.user_id, command.task_id, user)
    if running is None:
        return TimerNotRunningError if command.task_id in state.tasks else TaskNotFoundError
    if command.end is not None and is_in_future(command.end, now):
        return EndInFutureError
    if command.end is not None and command.end.replace(microsecond=0) < running.start:
        return EndBeforeStartError
    return end(state, running, max(running.start, _given_or_now(command.end, now)), now, command.caller)


def end(state: State, running: TimeEntry, instant: datetime, now: datetime, by: Caller | None) -> TimeEntry:
    """End a running entry."""
    ended = replace(running, end=instant, version=running.version + 1, updated_at=now, as_of=now)
    return write(state, ended, Action.CHANGED, by)


def _begun(database: FakeDatabase, command: StartTimer, lane: int, begin: datetime) -> TimeEntry:
    now = database.now
    return TimeEntry(
        id=TimeEntryId(next(database.ids)),
        user_id=command.caller.user_id,
        task_id=command.task_id,
        lane=lane,
        start=begin,
        end=None,
        description=command.description,
        version=1,
        created_at=now,
        updated_at=now,
        as_of=now,
    )


def _given_or_now(given: datetime | None, now: datetime) -> datetime:
    return now if given is None else clamped(given, now)


def _running_on(state: State, user_id: UserId, task_id: TaskId, user: User | None) -> TimeEntry | None:
    # More than one only after the setting was changed: the one in the present lane, else the latest.
    entries = [
        each
        for each in state.time_entries.values()
        if each.running and (each.user_id, each.task_id) == (user_id, task_id)
    ]
    lane = (user.timers if user else Timers.PARALLEL).lane(task_id)
    return max(entries, key=lambda each: (each.lane == lane, each.start, each.id), default=None)
