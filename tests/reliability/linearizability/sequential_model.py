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
class Lanes:
    """What runs, under which setting, and the latest instant that was given out: none later may be before it."""

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

    def until(self, at: datetime | None) -> "Lanes | None":
        """Return the lanes at an instant; None if a later one was given out before."""
        if at is None:
            return self
        return replace(self, latest=at) if at >= self.latest else None


def step(lanes: Lanes, operation: Operation) -> Lanes | None:
    """Return the lanes after an operation; None if it cannot have ended as it is said to have."""
    request, outcome = operation.request, operation.outcome
    if outcome is None:
        return _effect(lanes, request)
    match request, outcome:
        case Start(), Started():
            return _start(lanes, request, outcome)
        case Stop(), Stopped():
            return _stop(lanes, request, outcome)
        case Choose(), Chosen():
            return replace(lanes, timers=request.timers)
        case _:
            return lanes if _leaves_alone(lanes, request, outcome) else None


def _effect(lanes: Lanes, request: Request) -> Lanes | None:
    """Return the lanes after something that has taken effect and told nobody; None if it had no effect to have."""
    match request:
        case Start():
            return _start(lanes, request, None)
        case Stop():
            return _stop(lanes, request, None)
        case Choose():
            return replace(lanes, timers=request.timers)
        case _:
            return None


def _start(lanes: Lanes, request: Start, outcome: Started | None) -> Lanes | None:
    lane = lanes.lane(request.task)
    before = lanes.running_in(lane)
    if before is not None and not request.switch:
        return None
    begun = Running(lane=lane, task=request.task, entry=outcome.entry if outcome else None)
    return replace(lanes, running=lanes.running - {before} | {begun}).until(outcome.at if outcome else None)


def _stop(lanes: Lanes, request: Stop, outcome: Stopped | None) -> Lanes | None:
    ended = lanes.running_on(request.task)
    if ended is None or not ended.may_be(outcome.entry if outcome else None):
        return None
    return replace(lanes, running=lanes.running - {ended}).until(outcome.at if outcome else None)


def _leaves_alone(lanes: Lanes, request: Request, outcome: Outcome) -> bool:
    """Tell whether an answer that changes nothing is true of the lanes."""
    match request, outcome:
        case Start(switch=False), Refused(code="timer_already_running"):
            running = lanes.running_in(lanes.lane(request.task))
            return running is not None and running.may_be(outcome.entry)
        case Stop(), Refused(code="timer_not_running"):
            return lanes.running_on(request.task) is None
        case _, Seen():
            known = {each.entry for each in lanes.running} - {None}
            return len(outcome.entries) == len(lanes.running) and known <= outcome.entries
    return False
