"""Running plain code in greenlets of an event loop."""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from functools import partial
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

Result = TypeVar("Result")
_Job = Callable[[], object]

_MOST_IDLE = 64


class Greenlets:
    """Greenlets that run one job after another: for each new one Python maps and unmaps 16 KiB of memory."""

    def __init__(self) -> None:
        self._idle: list[greenlet] = []

    def run(self, work: Callable[[], Result]) -> asyncio.Future[Result]:
        """Run `work` in a greenlet, now, until it ends or waits; return a future of what it returns or raises.

        It has a copy of the caller's context variables, and what it sets there no other job sees. Nothing cancels it:
        where nobody awaits the future any more, it goes on to its end.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._hand_over(partial(_do, work, future), copy_context())
        return future

    def start(self, work: Callable[[], object]) -> None:
        """Run `work` in a greenlet, now, until it ends or waits; nobody gets what it returns, nor awaits it.

        It has context variables of its own.
        """
        self._hand_over(work, Context())

    def call(self, loop: asyncio.AbstractEventLoop, work: Callable[[], Result]) -> Result:
        """Run `work` in a greenlet of another thread's event loop, and wait for its result on this thread."""

        async def run() -> Result:
            return await self.run(work)

        return asyncio.run_coroutine_threadsafe(run(), loop).result()

    def _hand_over(self, job: _Job, context: Context) -> None:
        worker = self._idle_one(getcurrent()) or self._new_one()
        worker.gr_context = context
        worker.switch(job)

    def _idle_one(self, parent: greenlet) -> greenlet | None:
        # A greenlet of another thread's loop cannot be switched to from here.
        return self._idle.pop() if self._idle and self._idle[-1].parent is parent else None

    def _new_one(self) -> greenlet:
        worker = greenlet(self._work)
        worker.switch()
        return worker

    def _work(self) -> None:
        # The jobs come by switches: what a greenlet is begun with it keeps until it ends, with all that hangs on it.
        me = getcurrent()
        while me.parent is not None:
            job: _Job = me.parent.switch()
            job()
            del job
            if len(self._idle) >= _MOST_IDLE:
                return
            self._idle.append(me)


def _do(work: Callable[[], Any], future: "asyncio.Future[Any]") -> None:
    try:
        result = work()
    except StopIteration as error:  # a future refuses it, and who awaits the future would wait for ever
        refused = RuntimeError("the work raised StopIteration")
        refused.__cause__ = error
        if not future.cancelled():
            future.set_exception(refused)
    except Exception as error:  # noqa: BLE001 - whoever awaits the future gets it
        if not future.cancelled():
            future.set_exception(error)
    else:
        if not future.cancelled():
            future.set_result(result)
        del result
    finally:
        # An error refers to this frame: through the future it would refer to itself, and stay until it is found.
        del work, future
