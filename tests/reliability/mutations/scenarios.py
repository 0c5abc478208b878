"""Scenarios, in each of which one defence is needed; what their callers are told is recorded."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from typing import LiteralString

from psycopg import Connection

from tests.database_clock import PostgresClock
from tests.given import a_key, a_task, a_user, start, stop
from tests.reliability.history import Operation, Outcome, Recorder, Refused, Request, Start, Started, Stop, Stopped
from tests.waiting_callers import race_behind_lock, race_behind_user_lock
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import TimeEntryOverlapError, TimeTrackError

RUNNERS = 4

_LOCK_ENTRY: LiteralString = "SELECT FROM time_entries WHERE user_id = %s FOR UPDATE"


@dataclass
class Target:
    """A database with one user and one task, and a record of what was done to them; `servers` are many at it."""

    servers: Sequence[PostgresStorage]
    owner: Connection
    clock: PostgresClock
    recorder: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        """Let the user in."""
        self.storage = self.servers[0]
        self.user = a_user(self.storage)
        self.task = a_task(self.storage, self.user)
        self._requests = count(1)

    def start(self, server: int = 0, *, key: str | None = None, switch: bool = False) -> Outcome:
        """Start the timer, once."""
        chosen = a_key(key) if key else None
        request_id = f"request {next(self._requests)}"
        tracked = start(self.servers[server], self.user, self.task, switch=switch, key=chosen, request_id=request_id)
        return Started(entry=tracked.entry.id, at=tracked.entry.start)

    def stop(self, server: int = 0) -> Outcome:
        """Stop the timer, once."""
        entry = stop(self.servers[server], self.user, self.task, request_id=f"request {next(self._requests)}").entry
        assert entry.end is not None
        return Stopped(entry=entry.id, at=entry.end)

    def record(self, request: Request, act: Callable[[], Outcome]) -> None:
        """Act, and record what came of it."""
        invoked = time.monotonic()
        outcome = _told(act)
        self.recorder.add(
            Operation(user=self.user.id, request=request, outcome=outcome, invoked=invoked, returned=time.monotonic())
        )


def start_at_once(target: Target) -> None:
    """Start several timers in one lane, none of which sees the others."""
    request = Start(task=target.task.id)

    def start_by(server: int) -> None:
        target.record(request, partial(target.start, server))

    # Each by a server of its own: what one server is asked at once it does in one transaction.
    race_behind_user_lock(target.owner, target.user.id, RUNNERS, start_by)


def stop_at_once(target: Target) -> None:
    """Stop one timer several times; all have seen it run before the first one stops it."""
    target.record(Start(task=target.task.id), target.start)
    request = Stop(task=target.task.id)

    def stop_by(server: int) -> None:
        target.record(request, partial(target.stop, server))

    race_behind_lock(target.owner, _LOCK_ENTRY, target.user.id, RUNNERS, stop_by)


def start_in_the_past(target: Target) -> None:
    """Start a timer when the clock was set back behind the end of another one."""
    target.record(Start(task=target.task.id), target.start)
    target.clock.advance(timedelta(hours=2))
    target.record(Stop(task=target.task.id), target.stop)
    target.clock.advance(-timedelta(hours=1))
    try:
        outcome = target.start()
    except TimeEntryOverlapError:
        return  # the model knows no clock that goes back, and so has no place for this refusal
    target.record(Start(task=target.task.id), lambda: outcome)


def ask_again(target: Target) -> None:
    """Lose the answer to a start, and send it again with the same key."""

    def start_twice() -> Outcome:
        target.start(key="the key", switch=True)
        return target.start(key="the key", switch=True)

    target.record(Start(task=target.task.id, switch=True), start_twice)


def _told(act: Callable[[], Outcome]) -> Outcome:
    try:
        return act()
    except TimeTrackError as refusal:
        return Refused(code=refusal.code, entry=getattr(refusal, "time_entry_id", None))
