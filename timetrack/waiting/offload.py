"""Work on threads, for what keeps the processor busy or blocks, and waiting for it."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from greenlet import getcurrent

Result = TypeVar("Result")


class Offload:
    """A few threads of its own; a greenlet that waits for them lets the event loop serve others.

    Code that runs on a thread already does the work itself: it holds up nobody. `each` is what every thread does first.
    """

    def __init__(self, name: str, threads: int, *, each: Callable[[], None] | None = None) -> None:
        self.executor = ThreadPoolExecutor(threads, name, initializer=each)

    def run(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns."""
        if getcurrent().parent is None:
            return work()
        return wait_for(self.executor.submit(work))

    def pieces(self, pieces: Iterator[Result]) -> Iterator[Result]:
        """Yield what takes long to make, each piece made on a thread; None ends it."""
        while (piece := self.run(partial(next, pieces, None))) is not None:
            yield piece

    def close(self) -> None:
        """End the threads, each after the work that it is at."""
        self.executor.shutdown(wait=False, cancel_futures=True)


def wait_for(future: "Future[Result]", seconds: float | None = None) -> Result:
    """Return the result of a thread's work.

    Raises:
        TimeoutError: it takes longer than that.
    """
    me = getcurrent()
    if me.parent is None or future.done():
        return future.result(seconds)
    loop = asyncio.get_running_loop()
    resumed = False

    def resume(*_: object) -> None:
        nonlocal resumed
        if not resumed:
            resumed = True
            me.switch()

    def ended(_: "Future[Result]") -> None:
        with suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            loop.call_soon_threadsafe(resume)

    timer = None if seconds is None else loop.call_later(seconds, resume)
    future.add_done_callback(ended)
    me.parent.switch()
    if timer is not None:
        timer.cancel()
    return future.result(0)
