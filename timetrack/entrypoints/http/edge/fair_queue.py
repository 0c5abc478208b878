"""A limit on concurrent requests, and the queue behind it, which is fair to callers.

Start-time fair queueing (Goyal, Vin and Cheng, 1996): a request's start tag is the finish tag of the one before it, of
the same caller, or the tag that is served now, if that is later; the lowest tag is served next. So who asks for much
waits behind themselves, and not others behind them.
"""

import asyncio
import heapq
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import count

CONCURRENCY_LIMIT = 64
"""Requests: what so many ask of the database still fits into its shared connections."""

SLOT_SECONDS = 0.05
"""A slow request gives up its slot after so long: it waits for a lock, a password's hash or people-info, not for us."""

QUEUE_TIMEOUT_SECONDS = 0.75
"""Later answers would mostly come when their clients have given up."""


@dataclass(order=True, slots=True)
class _Waiting:
    start_tag: int
    number: int
    since: float = field(compare=False)
    start: Callable[[int], object] = field(compare=False)
    refuse: Callable[[], object] = field(compare=False)


class FairQueue:
    """Starts requests at once while there are free slots, else in turn; belongs to one event loop."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._numbers = count()
        self._slots: dict[int, float] = {}
        """When the requests that hold a slot have started, the oldest first."""
        self._waiting: list[_Waiting] = []
        self._finish_tags: dict[Hashable, int] = {}
        self._virtual_time = 0
        self._timer: asyncio.Handle | None = None
        self._is_due = False

    def put(self, caller: Hashable, start: Callable[[int], object], refuse: Callable[[], object]) -> None:
        """Call `start` with the number of a slot, now or in turn; or `refuse`, after the timeout of the queue."""
        number, now = next(self._numbers), self._clock()
        if not self._waiting and self._has_free_slot(now):
            self._slots[number] = now
            start(number)
            return
        tag = max(self._finish_tags.get(caller, 0), self._virtual_time)
        self._finish_tags[caller] = tag + 1
        heapq.heappush(self._waiting, _Waiting(tag, number, now, start, refuse))
        self._look_later()

    def release(self, number: int) -> None:
        """Free a slot: its request has an answer."""
        if self._slots.pop(number, None) is not None and self._waiting:
            self._look_soon()

    def _look_soon(self) -> None:
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._start_waiting)

    def _look_later(self) -> None:
        """Have slots looked for that slow requests give up, since nothing else may tell of them."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SLOT_SECONDS, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._start_waiting()

    def _start_waiting(self) -> None:
        """Start as many as there are free slots, and refuse no more than that in one turn of the loop."""
        self._is_due = False
        now = self._clock()
        refused = 0
        while self._waiting and refused < CONCURRENCY_LIMIT and self._has_free_slot(now):
            first = heapq.heappop(self._waiting)
            self._virtual_time = first.start_tag
            if now - first.since > QUEUE_TIMEOUT_SECONDS:
                refused += 1
                first.refuse()
            else:
                self._slots[first.number] = now
                first.start(first.number)
        if self._waiting:
            self._look_later()
        else:
            self._finish_tags.clear()
            self._virtual_time = 0

    def _has_free_slot(self, now: float) -> bool:
        if len(self._slots) < CONCURRENCY_LIMIT:
            return True
        oldest = next(iter(self._slots))
        if now - self._slots[oldest] <= SLOT_SECONDS:
            return False
        del self._slots[oldest]
        return True
