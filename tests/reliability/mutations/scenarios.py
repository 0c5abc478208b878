"""Attacks, each of which one defence withstands; what the attackers are told is recorded."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import LiteralString

from psycopg import Connection

from tests.database_clock import PostgresClock
from tests.given import a_key, a_task, a_user, start, stop
from tests.reliability.history import Operation, Outcome, Recorder, Refused, Request, Start, Started, Stop, Stopped
from tests.waiting_callers import race_behind, race_from_a_line
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import TimeEntryOverlapError, TimeTrackError

RUNNERS = 4

_HOLD_ENTRY: LiteralString = "SELECT FROM time_entries WHERE user_id = %s FOR UPDATE"


@dataclass
class Arena:
    """A database with one user and one task, and what was done to them."""

    storage: PostgresStorage
    owner: Connection
    clock: PostgresClock
    recorder: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        """Let the user in."""
        self.user = a_user(self.storage)
        self.task = a_task(self.storage, self.user)
        self._requests = count(1)

    def start(self, *, key: str | None = None, switch: bool = False) -> Outcome:
        """Start the timer, once."""
        chosen = a_key(key) if key else None
        request_id = f"request {next(self._requests)}"
        tracked = start(self.storage, self.user, self.task, switch=switch, key=chosen, request_id=request_id)
        return Started(entry=tracked.entry.id, at=tracked.entry.start)

    def stop(self) -> Outcome:
        """Stop the timer, once."""
        entry = stop(self.storage, self.user, self.task, request_id=f"request {next(self._requests)}").entry
        assert entry.end is not None
        return Stopped(entry=entry.id, at=entry.end)

    def record(self, request: Request, act: Callable[[], Outcome]) -> None:
        """Act, and record what came of it."""
        invoked = time.monotonic()
        outcome = _told(act)
        self.recorder.add(
            Operation(user=self.user.id, request=request, outcome=outcome, invoked=invoked, returned=time.monotonic())
        )


def start_at_once(arena: Arena) -> None:
    """Start several timers in one lane, none of which sees the others."""
    request = Start(task=arena.task.id)
    race_from_a_line(arena.owner, arena.user.id, RUNNERS, lambda _: arena.record(request, arena.start))


def stop_at_once(arena: Arena) -> None:
    """Stop one timer several times; all have seen it run before the first one stops it."""
    arena.record(Start(task=arena.task.id), arena.start)
    request = Stop(task=arena.task.id)
    race_behind(arena.owner, _HOLD_ENTRY, arena.user.id, RUNNERS, lambda _: arena.record(request, arena.stop))


def start_in_the_past(arena: Arena) -> None:
    """Start a timer when the clock was set back behind the end of another one."""
    arena.record(Start(task=arena.task.id), arena.start)
    arena.clock.advance(timedelta(hours=2))
    arena.record(Stop(task=arena.task.id), arena.stop)
    arena.clock.advance(-timedelta(hours=1))
    try:
        outcome = arena.start()
    except TimeEntryOverlapError:
        return  # the model knows no clock that goes back, and so has no place for this refusal
    arena.record(Start(task=arena.task.id), lambda: outcome)


def ask_again(arena: Arena) -> None:
    """Lose the answer to a start, and send it again with the same key."""

    def start_twice() -> Outcome:
        arena.start(key="the key", switch=True)
        return arena.start(key="the key", switch=True)

    arena.record(Start(task=arena.task.id, switch=True), start_twice)


def _told(act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except TimeTrackError as refusal:
        return Refused(code=refusal.code, entry=getattr(refusal, "time_entry_id", None))
