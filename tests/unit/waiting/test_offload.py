"""Work on threads: a greenlet that waits for it lets the event loop serve others."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from timetrack.waiting import Greenlets, LoopGoneError, Offload, ServingLoop, wait_for


@pytest.fixture
def offload() -> Iterator[Offload]:
    made = Offload("elsewhere", 1)
    yield made
    made.close()


def test_the_loop_goes_on_while_a_thread_works(offload: Offload) -> None:
    async def scenario() -> tuple[str, list[str]]:
        may_end, seen = threading.Event(), []

        def work() -> str:
            assert may_end.wait(10)
            return threading.current_thread().name

        working = Greenlets().run(lambda: offload.run(work))
        seen.append("served")
        may_end.set()
        return await working, seen

    thread, seen = asyncio.run(scenario())

    assert thread.startswith("elsewhere")
    assert seen == ["served"]


def test_on_a_thread_the_work_is_done_there(offload: Offload) -> None:
    assert offload.run(threading.current_thread) is threading.current_thread()


def test_what_the_work_raises_is_raised(offload: Offload) -> None:
    async def scenario() -> None:
        with pytest.raises(ZeroDivisionError):
            await Greenlets().run(lambda: offload.run(lambda: 1 / 0))

    asyncio.run(scenario())


def test_pieces_come_in_order_until_none(offload: Offload) -> None:
    async def scenario() -> list[int]:
        return await Greenlets().run(lambda: list(offload.pieces(iter([1, 2, 3]))))

    assert asyncio.run(scenario()) == [1, 2, 3]


def test_who_waits_too_long_is_told_and_can_go_on() -> None:
    async def scenario() -> str:
        late: Future[str] = Future()

        def work() -> str:
            with pytest.raises(TimeoutError):
                wait_for(late, 0.01)
            late.set_result("late")
            return wait_for(late)

        return await Greenlets().run(work)

    assert asyncio.run(scenario()) == "late"


def test_threads_that_wait_are_woken_when_the_loop_goes() -> None:
    async def scenario() -> None:
        loop, begun = ServingLoop(), asyncio.Event()
        loop.bind()
        waiting = asyncio.ensure_future(asyncio.to_thread(loop.wait, lambda _: begun.set()))
        await begun.wait()
        loop.unbind()
        with pytest.raises(LoopGoneError):
            await waiting

    asyncio.run(scenario())


def test_greenlets_of_another_loop_are_woken_when_the_loop_goes() -> None:
    async def elsewhere(loop: ServingLoop, begun: threading.Event) -> None:
        async with asyncio.timeout(20):
            await Greenlets().run(lambda: loop.wait(lambda _: begun.set()))

    async def scenario() -> None:
        loop, begun = ServingLoop(), threading.Event()
        loop.bind()
        waiting = asyncio.ensure_future(asyncio.to_thread(lambda: asyncio.run(elsewhere(loop, begun))))
        await asyncio.to_thread(begun.wait)
        loop.unbind()
        with pytest.raises(LoopGoneError):
            await waiting

    asyncio.run(scenario())
