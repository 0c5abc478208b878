"""Many callers at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from timetrack.domain.errors import TimeTrackError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish(Generic[Result]):
    """What those got who won, and why the others were refused."""

    won: Sequence[Result]
    lost: Sequence[TimeTrackError]

    def raise_lost(self) -> None:
        """Raise the first refusal, if there is any."""
        for refusal in self.lost:
            raise refusal


def race(runners: int, act: Callable[[int], Result]) -> Finish[Result]:
    """Let threads act at once, each with its number from 0; whatever is no refusal is raised."""
    line = threading.Barrier(runners)

    def run(number: int) -> Result | TimeTrackError:
        line.wait(timeout=10)
        try:
            return act(number)
        except TimeTrackError as refusal:
            return refusal

    with ThreadPoolExecutor(runners) as threads:
        ends = list(threads.map(run, range(runners)))
    return Finish(
        won=[end for end in ends if not isinstance(end, TimeTrackError)],
        lost=[end for end in ends if isinstance(end, TimeTrackError)],
    )
