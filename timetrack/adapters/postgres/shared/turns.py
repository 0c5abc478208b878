"""A limit on the lent connections of one user: behind one locked row their writes would take all of them."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from timetrack.domain.errors import TooManyWaitingError
from timetrack.waiting import LoopGoneError, Resume, ServingLoop

_LONGEST_LINE = 1.0
"""Seconds after which whoever has no turn is refused: writes that wait for nobody are done long before."""


class Turns:
    """Gives each user a few turns at a time; who comes then stands in line for a moment, without a connection."""

    def __init__(self, loop: ServingLoop, most: int) -> None:
        self._loop = loop
        self._most = most
        self._taken: Counter[object] = Counter()
        self._in_line: defaultdict[object, deque[Resume]] = defaultdict(deque)

    def has_one(self, user_id: object) -> bool:
        """Return whether a turn of the user's is taken now."""
        return user_id in self._taken

    @contextmanager
    def turn(self, user_id: object) -> Iterator[None]:
        """Wait for a turn, and have it for the block; without a user nothing is counted.

        Raises:
            TooManyWaitingError: others of the user's do not get on.
        """
        if user_id is None:
            yield
            return
        self._loop.wait(partial(self._line_up, user_id))
        try:
            yield
        finally:
            with suppress(LoopGoneError):
                self._loop.run(partial(self._end, user_id))

    def _line_up(self, user_id: object, resume: Resume) -> None:
        loop = asyncio.get_running_loop()
        if self._taken[user_id] < self._most:
            self._taken[user_id] += 1
            loop.call_soon(resume, None)
            return
        line = self._in_line[user_id]
        timer = loop.call_later(_LONGEST_LINE, lambda: self._refuse(user_id, go_on))

        def go_on(outcome: object) -> None:
            timer.cancel()
            resume(outcome)

        line.append(go_on)

    def _refuse(self, user_id: object, waiting: Resume) -> None:
        line = self._in_line[user_id]
        if waiting in line:  # else its turn has come at this very moment
            line.remove(waiting)
            waiting(TooManyWaitingError())

    def _end(self, user_id: object) -> None:
        if line := self._in_line[user_id]:
            asyncio.get_running_loop().call_soon(line.popleft(), None)
            return
        del self._in_line[user_id]
        self._taken[user_id] -= 1
        if not self._taken[user_id]:
            del self._taken[user_id]
