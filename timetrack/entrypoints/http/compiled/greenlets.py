"""Plain code on the event loop, that can be set aside while it waits."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

Result = TypeVar("Result")
_Job = tuple[Callable[[], Any], "asyncio.Future[Any]"]

_MOST_IDLE = 64


class Greenlets:
    """Greenlets that run one job after the other: a new one for each would have Python map and unmap memory for it."""

    def __init__(self) -> None:
        self._idle: list[greenlet] = []

    def run(self, work: Callable[[], Result]) -> asyncio.Future[Result]:
        """Run `work` in a greenlet, now, until it ends or is set aside; return a future of what it returns or raises.

        Nothing cancels it: where nobody waits for the future any more, it goes on to its end.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._one_of(getcurrent()).switch((work, future))
        return future

    def _one_of(self, parent: greenlet) -> greenlet:
        """Return an idle greenlet, or a new one; those of another thread's loop cannot be switched to from here."""
        if self._idle and self._idle[-1].parent is parent:
            return self._idle.pop()
        return greenlet(self._work)

    def _work(self, job: _Job) -> None:
        me = getcurrent()
        while True:
            _do(*job)
            del job
            if me.parent is None or len(self._idle) >= _MOST_IDLE:
                return
            self._idle.append(me)
            job = me.parent.switch()


def _do(work: Callable[[], Any], future: "asyncio.Future[Any]") -> None:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001 - whoever awaits the future gets it
        if not future.cancelled():
            future.set_exception(error)
    else:
        if not future.cancelled():
            future.set_result(result)
