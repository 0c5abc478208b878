"""Requests that wait are begun in turn by their callers, not in the order in which they come."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from unittest.mock import patch

from timetrack.entrypoints.http.edge.fair_queue import (
    CONCURRENCY_LIMIT,
    QUEUE_TIMEOUT_SECONDS,
    SLOT_SECONDS,
    FairQueue,
)


class Requests:
    """A queue on a loop, with a clock that tests turn, and what has become of the requests."""

    def __init__(self) -> None:
        self.now = 0.0
        self.queue = FairQueue(lambda: self.now)
        self.begun: list[str] = []
        self.refused: list[str] = []
        self._under_way: list[int] = []

    def put(self, *callers: str) -> None:
        for caller in callers:
            self.queue.put(caller, partial(self._start, caller), partial(self.refused.append, caller))

    def _start(self, caller: str, number: int) -> None:
        self.begun.append(caller)
        self._under_way.append(number)

    async def end(self, many: int) -> None:
        """End those that began first, and let the queue go on."""
        for _ in range(many):
            self.queue.release(self._under_way.pop(0))
        await asyncio.sleep(0)


def with_requests(scenario: Callable[[Requests], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario(Requests())

    asyncio.run(run())


def test_few_are_begun_at_once() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT, "a")

        assert len(requests.begun) == CONCURRENCY_LIMIT

    with_requests(scenario)


def test_one_that_asks_for_little_goes_ahead_of_what_another_has_piled_up() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        requests.put(*"a" * 500, "b")
        await requests.end(2)

        assert requests.begun[CONCURRENCY_LIMIT:] == ["a", "b"]

    with_requests(scenario)


def test_those_who_ask_for_much_take_turns() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        requests.put(*"aaaa", *"bbbb")
        await requests.end(8)

        assert requests.begun[CONCURRENCY_LIMIT:] == list("abababab")

    with_requests(scenario)


def test_who_comes_late_does_not_get_what_others_had_before() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        requests.put(*"a" * 50)
        await requests.end(40)
        requests.put(*"bbb")
        await requests.end(6)

        assert requests.begun[CONCURRENCY_LIMIT + 40 :] == list("bababa")

    with_requests(scenario)


def test_who_waits_for_long_is_refused_instead_of_begun() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT, "b")
        requests.now = QUEUE_TIMEOUT_SECONDS + 0.01
        requests.put("c")
        await requests.end(2)

        assert (requests.begun[CONCURRENCY_LIMIT:], requests.refused) == (["c"], ["b"])

    with_requests(scenario)


def test_those_that_wait_for_something_else_keep_nobody() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        requests.put(*"b" * (CONCURRENCY_LIMIT + 1))
        requests.now = SLOT_SECONDS + 0.01
        while len(requests.begun) < 2 * CONCURRENCY_LIMIT:  # noqa: ASYNC110 - by its timer: none has ended
            await asyncio.sleep(0.001)

        assert requests.begun.count("b") == CONCURRENCY_LIMIT

    with_requests(scenario)


def test_of_those_that_are_refused_only_some_are_in_one_turn_of_the_loop() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        requests.put(*"b" * 3 * CONCURRENCY_LIMIT)
        requests.now = QUEUE_TIMEOUT_SECONDS + 0.01
        await requests.end(1)

        assert len(requests.refused) == CONCURRENCY_LIMIT
        while len(requests.refused) < 3 * CONCURRENCY_LIMIT:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)

    with_requests(scenario)


def test_the_queue_has_one_timer_however_often_it_empties() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        with patch.object(asyncio.get_running_loop(), "call_later") as call_later:
            for _ in range(100):
                requests.put("b")
                await requests.end(1)

        assert call_later.call_count == 1

    with_requests(scenario)


def test_behind_those_that_wait_for_something_else_nobody_waits_at_all() -> None:
    async def scenario(requests: Requests) -> None:
        requests.put(*"a" * CONCURRENCY_LIMIT)
        requests.now = SLOT_SECONDS + 0.01
        requests.put("b")

        assert requests.begun[-1] == "b"

    with_requests(scenario)
