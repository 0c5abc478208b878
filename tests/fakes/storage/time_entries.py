"""Time entries in memory."""

from collections.abc import Callable
from functools import partial

from tests.fakes.storage import idempotency_keys, timers
from tests.fakes.storage.database import Session
from tests.fakes.storage.state import Refusal, State, TimerOutcome
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.time_entries import TimeEntry
from timetrack.domain.ports.time_entries import StartTimer, StopTimer, Tracked

Decide = Callable[[State], TimeEntry | Refusal]


class FakeTimeEntries:
    """See TimeEntryStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, command: StartTimer) -> Tracked:
        """See TimeEntryStore.start."""
        return self._track(command, partial(timers.start, self._session.database, command=command))

    def stop(self, command: StopTimer) -> Tracked:
        """See TimeEntryStore.stop."""
        return self._track(command, partial(timers.stop, self._session.database, command=command))

    def _track(self, command: StartTimer | StopTimer, decide: Decide) -> Tracked:
        # A refusal is raised behind the statement: it is kept under the key, and so nothing may roll back.
        if command.key is None:
            with self._session.statement() as state:
                outcome = TimerOutcome(result=decide(state), request_id=command.caller.request_id)
            return _tracked(outcome, replayed=False)
        return self._track_once(command.key, command, decide)

    def _track_once(self, key: IdempotencyKey, command: StartTimer | StopTimer, decide: Decide) -> Tracked:
        database = self._session.database
        with database.claim(key), self._session.statement() as state:
            first = idempotency_keys.first_answer(database, state, key)
            assert first is None or isinstance(first, TimerOutcome), "the fingerprint does not tell what was asked"
            outcome = first or TimerOutcome(result=decide(state), request_id=command.caller.request_id)
            if first is None:
                idempotency_keys.keep(database, state, key, outcome)
        return _tracked(outcome, replayed=first is not None)

    def stop_all_of(self, user_id: UserId) -> None:
        """See TimeEntryStore.stop_all_of."""
        self._session.require_lock(("user", user_id))
        self._stop_all(lambda entry: entry.user_id == user_id)

    def stop_all_on(self, task_id: TaskId) -> None:
        """See TimeEntryStore.stop_all_on."""
        self._session.require_lock(("task", task_id))
        self._stop_all(lambda entry: entry.task_id == task_id)

    def _stop_all(self, concerned: Callable[[TimeEntry], bool]) -> None:
        now = self._session.database.now
        with self._session.statement() as state:
            for entry in [each for each in state.time_entries.values() if each.running and concerned(each)]:
                timers.end(state, entry, max(entry.start, now), now)


def _tracked(outcome: TimerOutcome, *, replayed: bool) -> Tracked:
    if isinstance(outcome.result, TimeEntry):
        return Tracked(entry=outcome.result, replayed=replayed)
    refusal = outcome.result()
    if replayed:
        refusal.first_request_id = outcome.request_id
    raise refusal
