"""Clients: each does one thing after the other to the timers of one user, and wants to know how each has ended."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.reliability.fault_run.api import Api
from tests.reliability.history import Choose, Look, Operation, Outcome, Recorder, Request, Start, Stop

_BACK_OFF = 0.2
_PATIENCE = 10.0
_IMPATIENT = 0.1
_LONGEST_DOUBT = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client of one user, who shares that user with other clients; its keys begin with its name."""

    name: str
    api: Api
    user: int
    tasks: Sequence[int]
    recorder: Recorder
    chance: Random

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; the last operation is seen through."""
        number = 0
        while not stop.is_set():
            number += 1
            self._operate(f"{self.name}-{number}")
        self.api.close()

    def _operate(self, key: str) -> None:
        request = self._wanted()
        invoked = time.monotonic()
        outcome = self._insist(request, key, invoked + _LONGEST_DOUBT)
        returned = float("inf") if outcome is None else time.monotonic()
        self.recorder.add(
            Operation(user=self.user, request=request, outcome=outcome, invoked=invoked, returned=returned)
        )

    def _insist(self, request: Request, key: str, deadline: float) -> Outcome | None:
        """Send the request with the same key until its outcome is known, or all patience is lost."""
        while time.monotonic() < deadline:
            outcome = self.api.attempt(request, key, self._patience())
            if outcome is not None:
                return outcome
            time.sleep(_BACK_OFF)
        return None

    def _patience(self) -> float:
        """Return for how long to wait for an answer: now and then so briefly that it is lost on its way."""
        return self.chance.uniform(0.005, 0.05) if self.chance.random() < _IMPATIENT else _PATIENCE

    def _wanted(self) -> Request:
        task = self.chance.choice(self.tasks)
        match self.chance.random():
            case dice if dice < 0.25:
                return Start(task=task)
            case dice if dice < 0.50:
                return Start(task=task, switch=True)
            case dice if dice < 0.80:
                return Stop(task=task)
            case dice if dice < 0.95:
                return Look()
            case _:
                return Choose(timers=self.chance.choice(["single", "parallel"]))
