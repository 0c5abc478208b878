"""The sequential model of one user's timers: what may run where, and how starts and stops may end."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tests.reliability.history import (
    Choose,
    Chosen,
    Operation,
    Outcome,
    Refused,
    Request,
    Seen,
    Start,
    Started,
    Stop,
    Stopped,
)

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An entry that runs; its id is None when nobody was ever told that it was started."""

    lane: int
    task: int
    entry: int | None

    def may_be(self, entry: int | None) -> bool:
        """Tell whether it can be the entry that an answer names; some answers name none."""
        return self.entry is None or entry is None or self.entry == entry


@dataclass(frozen=True, slots=True, kw_only=True)
class TimersState:
    """A user's running entries and setting, and the latest instant given out: no later one may be before it."""

    timers: str = "single"
    running: frozenset[Running] = frozenset()
    latest: datetime = _BEGINNING

    def lane(self, task: int) -> int:
        """Return the lane in which a timer on the task would start now."""
        return 0 if self.timers == "single" else task

    def running_in(self, lane: int) -> Running | None:
        """Return what runs in a lane."""
        return next((each for each in self.running if each.lane == lane), None)

    def running_on(self, task: int) -> Running | None:
        """Return what a stop of the task ends: of two, which a change of the setting allows, the present lane's."""
        on_task = [each for each in self.running if each.task == task]
        return max(on_task, key=lambda each: each.lane == self.lane(task), default=None)

    def until(self, at: datetime | None) -> "TimersState | None":
        """Return the state at an instant; None if a later one was given out before."""
        if at is None:
            return self
        return replace(self, latest=at) if at >= self.latest else None


def step(state: TimersState, operation: Operation) -> TimersState | None:
    """Return the state after an operation; None if it cannot have ended as it is said to have."""
    request, outcome = operation.request, operation.outcome
    if outcome is None:
        return _effect(state, request)
    match request, outcome:
        case Start(), Started():
            return _start(state, request, outcome)
        case Stop(), Stopped():
            return _stop(state, request, outcome)
        case Choose(), Chosen():
            return replace(state, timers=request.timers)
        case _:
            return state if _leaves_alone(state, request, outcome) else None


def _effect(state: TimersState, request: Request) -> TimersState | None:
    """Return the state after something that has taken effect and told nobody; None if it had no effect to have."""
    match request:
        case Start():
            return _start(state, request, None)
        case Stop():
            return _stop(state, request, None)
        case Choose():
            return replace(state, timers=request.timers)
        case _:
            return None


def _start(state: TimersState, request: Start, outcome: Started | None) -> TimersState | None:
    lane = state.lane(request.task)
    before = state.running_in(lane)
    if before is not None and not request.switch:
        return None
    begun = Running(lane=lane, task=request.task, entry=outcome.entry if outcome else None)
    return replace(state, running=state.running - {before} | {begun}).until(outcome.at if outcome else None)


def _stop(state: TimersState, request: Stop, outcome: Stopped | None) -> TimersState | None:
    ended = state.running_on(request.task)
    if ended is None or not ended.may_be(outcome.entry if outcome else None):
        return None
    return replace(state, running=state.running - {ended}).until(outcome.at if outcome else None)


def _leaves_alone(state: TimersState, request: Request, outcome: Outcome) -> bool:
    """Tell whether an answer that changes nothing is true in a state."""
    match request, outcome:
        case Start(switch=False), Refused(code="timer_already_running"):
            running = state.running_in(state.lane(request.task))
            return running is not None and running.may_be(outcome.entry)
        case Stop(), Refused(code="timer_not_running"):
            return state.running_on(request.task) is None
        case _, Seen():
            known = {each.entry for each in state.running} - {None}
            return len(outcome.entries) == len(state.running) and known <= outcome.entries
    return False
