"""The nemesis: kills one part of a server after the other, by a schedule drawn from a seed."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random

from tests.processes import eventually
from tests.reliability.history import Recorder
from tests.reliability.killable_server import KillableServer

_LONGEST_PAUSE = 1.0
_PROGRESS = 20


class Nemesis:
    """Breaks something, waits until the clients get on, and for a moment longer, and breaks the next thing."""

    def __init__(self, server: KillableServer, recorder: Recorder, seed: int) -> None:
        self._recorder = recorder
        self._chance = Random(seed)  # noqa: S311 - a reproducible schedule, not a secret
        self._faults: Counter[str] = Counter()
        self._break = {
            "worker killed": server.kill_worker,
            "sessions ended": server.end_sessions,
            "PostgreSQL killed": server.kill_postgres,
            "server killed": server.kill_server,
        }

    @property
    def faults(self) -> Mapping[str, int]:
        """Return the number of times that each fault was injected."""
        return dict(self._faults)

    def run(self, seconds: float) -> None:
        """Break things for so long, and until each kind had its turn, and see the clients get on in the end.

        Raises:
            AssertionError: the clients do not get on again after a fault.
        """
        end = time.monotonic() + seconds
        for fault in self._schedule():
            self._await_progress()
            if time.monotonic() >= end and self._faults.keys() == self._break.keys():
                return
            time.sleep(self._chance.uniform(0, _LONGEST_PAUSE))
            self._break[fault]()
            self._faults[fault] += 1

    def _schedule(self) -> Iterator[str]:
        """Yield rounds, in each of which every kind has its turn, and what takes little time another one."""
        while True:
            yield from self._chance.sample(sorted(self._break), len(self._break))
            yield from ("worker killed", "sessions ended")

    def _await_progress(self) -> None:
        goal = len(self._recorder) + _PROGRESS
        eventually(
            lambda: len(self._recorder) >= goal,
            f"{_PROGRESS} more answers, after these faults: {dict(self._faults)}",
        )
