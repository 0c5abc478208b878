"""Races of many callers, each in a thread of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from timetrack.domain.errors import TimeTrackError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceResult(Generic[Result]):
    """The results of those who won, and the refusals of the others."""

    won: Sequence[Result]
    lost: Sequence[TimeTrackError]

    def raise_lost(self) -> None:
        """Raise the first refusal, if there is any."""
        for refusal in self.lost:
            raise refusal


def race(callers: int, act: Callable[[int], Result]) -> RaceResult[Result]:
    """Let threads act at once, each with its number from 0; whatever is no refusal is raised."""
    barrier = threading.Barrier(callers)

    def run(number: int) -> Result | TimeTrackError:
        barrier.wait(timeout=10)
        try:
            return act(number)
        except TimeTrackError as refusal:
            return refusal

    with ThreadPoolExecutor(callers) as threads:
        ends = list(threads.map(run, range(callers)))
    return RaceResult(
        won=[end for end in ends if not isinstance(end, TimeTrackError)],
        lost=[end for end in ends if isinstance(end, TimeTrackError)],
    )
