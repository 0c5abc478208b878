"""Plain code in greenlets: it is suspended while it waits, and others go on."""

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from weakref import ref

import pytest
from greenlet import getcurrent, greenlet

from timetrack.waiting import Greenlets

SEEN: ContextVar[str] = ContextVar("seen", default="nothing")


def test_one_can_be_suspended_and_others_go_on() -> None:
    async def scenario() -> list[str]:
        said: list[str] = []
        loop = asyncio.get_running_loop()

        def work(name: str) -> str:
            me = getcurrent()
            said.append(f"{name} begins")
            loop.call_soon(me.switch)
            me.parent.switch()  # type: ignore[union-attr]  # the loop's
            return f"{name} ends"

        return said + await asyncio.gather(*(Greenlets().run(partial(work, name)) for name in "ab"))

    assert asyncio.run(scenario()) == ["a begins", "b begins", "a ends", "b ends"]


def test_a_greenlet_is_used_again_also_after_a_failure() -> None:
    async def scenario() -> list[greenlet]:
        greenlets = Greenlets()
        first = await greenlets.run(getcurrent)
        with pytest.raises(ZeroDivisionError):
            await greenlets.run(lambda: 1 / 0)
        return [first, await greenlets.run(getcurrent)]

    first, again = asyncio.run(scenario())

    assert first is again


def test_a_greenlet_of_another_thread_is_not_used() -> None:
    greenlets = Greenlets()

    async def scenario() -> greenlet:
        return await greenlets.run(getcurrent)

    with ThreadPoolExecutor(1) as elsewhere:
        other = elsewhere.submit(asyncio.run, scenario()).result()
        own = asyncio.run(scenario())

    assert own is not other


def test_what_nobody_waits_for_any_more_goes_on_to_its_end() -> None:
    async def scenario() -> list[str]:
        ended: list[str] = []
        loop = asyncio.get_running_loop()

        def work() -> None:
            me = getcurrent()
            loop.call_later(0.01, me.switch)
            me.parent.switch()  # type: ignore[union-attr]  # the loop's
            ended.append("ended")
            loop.call_soon(over.set)

        over = asyncio.Event()
        Greenlets().run(work).cancel()
        await over.wait()
        return ended

    assert asyncio.run(scenario()) == ["ended"]


def test_what_one_job_sets_in_its_context_no_other_sees() -> None:
    def job(name: str) -> str:
        before = SEEN.get()
        SEEN.set(name)
        return before

    async def scenario() -> list[str]:
        greenlets = Greenlets()
        first = [await greenlets.run(partial(job, name)) for name in "ab"]
        SEEN.set("the caller's")
        return [*first, await greenlets.run(partial(job, "c")), SEEN.get()]

    assert asyncio.run(scenario()) == ["nothing", "nothing", "the caller's", "the caller's"]


def test_another_thread_waits_for_a_greenlet_of_the_loop() -> None:
    async def scenario() -> tuple[str, str]:
        greenlets, loop = Greenlets(), asyncio.get_running_loop()

        def work() -> str:
            return "on the loop" if asyncio.get_running_loop() is loop else "elsewhere"

        def fail() -> str:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(greenlets.call, loop, fail)
        return await asyncio.to_thread(greenlets.call, loop, work), "went on"

    assert asyncio.run(scenario()) == ("on the loop", "went on")


def test_a_stop_iteration_is_an_error_as_any_other() -> None:
    """A future of asyncio refuses it: whoever awaits the work would wait for ever."""

    async def scenario() -> None:
        async with asyncio.timeout(20):
            with pytest.raises(RuntimeError, match="StopIteration"):
                await Greenlets().run(lambda: next(iter(())))

    asyncio.run(scenario())


class Thing:
    """Something that may be large."""


def test_nothing_is_kept_of_a_job_when_it_is_done() -> None:
    async def scenario() -> list[object]:
        greenlets, kept = Greenlets(), list[ref[Thing]]()

        def answer() -> Thing:
            thing = Thing()
            kept.append(ref(thing))
            return thing

        def refuse() -> None:
            thing = Thing()
            kept.append(ref(thing))
            raise ValueError(thing)

        for _ in range(2):
            await greenlets.run(answer)
            with suppress(ValueError):
                await greenlets.run(refuse)
        return [each() for each in kept]

    gc.disable()  # what only the collector finds may stay for long
    try:
        assert asyncio.run(scenario()) == [None] * 4
    finally:
        gc.enable()
