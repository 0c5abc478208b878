"""The event loop on which connections live."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from greenlet import getcurrent

from timetrack.waiting.offload import wait_for

Resume = Callable[[Any], object]
Begin = Callable[[Resume], object]
"""Begins something on the event loop, and has `resume` called once, on the loop's thread, with its outcome."""


class LoopGoneError(Exception):
    """The event loop does not run yet, or not any more."""


class ServingLoop:
    """Runs things on one event loop, and waits for them: in its greenlets, in those of other loops, on threads."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._sleepers: set[Future[Any]] = set()

    def bind(self) -> None:
        """Make it the running loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()

    def unbind(self) -> None:
        """Let go of the loop; threads and greenlets of other loops that wait get a LoopGoneError."""
        self._loop = None
        self._thread = 0
        for sleeper in list(self._sleepers):
            _finish(sleeper, LoopGoneError())

    @property
    def is_current(self) -> bool:
        """Whether the code that asks runs on the loop's thread."""
        return threading.get_ident() == self._thread

    def run(self, work: Callable[[], object]) -> None:
        """Have something done on the loop: now, on the loop's thread, else soon.

        Raises:
            LoopGoneError: the loop does not run.
        """
        if self.is_current:
            work()
        else:
            self._call(work)

    def wait(self, begin: Begin) -> Any:  # noqa: ANN401 - whatever `begin` has an outcome of
        """Begin something on the loop, wait for its outcome, and return it; an exception is raised.

        Raises:
            LoopGoneError: the loop does not run, or ended meanwhile.
            RuntimeError: the event loop itself asks; only its greenlets can wait.
        """
        me = getcurrent()
        loop = self._loop
        if me.parent is not None and loop is not None and threading.get_ident() == self._thread:
            # Never from the callback that brings the outcome. libuv's uv__io_poll keeps a list of events on the C stack
            # and a pointer to it; a greenlet that is resumed from there moves that stack away, and where it closes a
            # descriptor then, libuv follows the pointer into what is something else now: workers ended by SIGSEGV.
            begin(partial(loop.call_soon, me.switch))
            outcome = me.parent.switch()
        else:
            outcome = self._wait_outside(begin)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _wait_outside(self, begin: Begin) -> Any:  # noqa: ANN401 - see above
        if self.is_current:
            raise RuntimeError("the event loop cannot wait: only its greenlets can")
        sleeper: Future[Any] = Future()
        self._sleepers.add(sleeper)
        try:
            self._call(partial(_begin, begin, partial(_finish, sleeper)))
            return wait_for(sleeper)
        finally:
            self._sleepers.discard(sleeper)

    def _call(self, work: Callable[[], object]) -> None:
        loop = self._loop
        if loop is None:
            raise LoopGoneError
        try:
            loop.call_soon_threadsafe(work)
        except RuntimeError as error:  # it is closed
            raise LoopGoneError from error


def _begin(begin: Begin, resume: Resume) -> None:
    try:
        begin(resume)
    except Exception as error:  # noqa: BLE001 - it is for whoever waits
        resume(error)


def _finish(sleeper: "Future[Any]", outcome: object) -> None:
    if not sleeper.done():
        sleeper.set_result(outcome)
