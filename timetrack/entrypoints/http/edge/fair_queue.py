"""Requests that have to wait, in turn by whom they come from: who asks for much waits for themselves.

Start-time fair queueing (Goyal, Vin and Cheng, 1996): each request begins where the one before it, of the same caller,
ends, and not before the request that is served now; the earliest is the next one.
"""

import asyncio
import heapq
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import count

MOST_AT_ONCE = 64
"""How many are begun before others wait: what they ask of the database still fits into its shared connections."""

YOUNG_SECONDS = 0.05
"""After so long a request counts no more: it waits for a lock, a password's hash or a client, and keeps nobody else."""

LONGEST_WAIT_SECONDS = 0.75
"""Who would begin later is refused: it would be answered when nobody waits for it any more."""


@dataclass(order=True, slots=True)
class _Waiting:
    begin: int
    number: int
    since: float = field(compare=False)
    start: Callable[[int], object] = field(compare=False)
    refuse: Callable[[], object] = field(compare=False)


class FairQueue:
    """Begins requests, at once while there are few; for one event loop, which calls what it is given."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = count()
        self._young: dict[int, float] = {}
        """When those that are under way, and count, have begun; the oldest is the first."""
        self._waiting: list[_Waiting] = []
        self._ends: dict[Hashable, int] = {}
        self._now = 0
        self._is_due = False

    def put(self, caller: Hashable, start: Callable[[int], object], refuse: Callable[[], object]) -> None:
        """Call `start` now or in turn, with a number that `end` is to be given; or `refuse`, if it takes too long."""
        number = next(self._numbers)
        if len(self._young) < MOST_AT_ONCE and not self._waiting:
            self._young[number] = self._clock()
            start(number)
            return
        begin = max(self._ends.get(caller, 0), self._now)
        self._ends[caller] = begin + 1
        heapq.heappush(self._waiting, _Waiting(begin, number, self._clock(), start, refuse))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_later(YOUNG_SECONDS, self._look_again)

    def end(self, number: int) -> None:
        """Take note that a request has its answer."""
        if self._young.pop(number, None) is not None and self._waiting and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._begin_next)

    def _look_again(self) -> None:
        if self._waiting:
            asyncio.get_running_loop().call_later(YOUNG_SECONDS, self._look_again)
            self._begin_next()

    def _begin_next(self) -> None:
        """Begin as many as may be, and refuse no more than that in one turn of the loop."""
        self._is_due = False
        now = self._clock()
        self._leave_out_the_old(now)
        refused = 0
        while self._waiting and len(self._young) < MOST_AT_ONCE and refused < MOST_AT_ONCE:
            first = heapq.heappop(self._waiting)
            self._now = first.begin
            if now - first.since > LONGEST_WAIT_SECONDS:
                refused += 1
                first.refuse()
            else:
                self._young[first.number] = now
                first.start(first.number)
        if not self._waiting:
            self._ends.clear()
            self._now = 0

    def _leave_out_the_old(self, now: float) -> None:
        while self._young and now - next(iter(self._young.values())) > YOUNG_SECONDS:
            del self._young[next(iter(self._young))]
