"""The places for hashing passwords, which all workers of a server share."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from timetrack.domain.errors import SignInBusyError

_LOOK_AGAIN_SECONDS = 0.005


def places_of_this_machine() -> int:
    """Return as many places as the machine has cores but one, which is left for requests; at least one."""
    return max(1, (os.cpu_count() or 1) - 1)


class HashingPlaces:
    """A number of places over all processes that have the file; without a file, in this process alone.

    A place is a lock on one byte of it, which the system gives back when its process ends, however it does. Such a lock
    belongs to a process as a whole: so each keeps in mind which ones it has.
    """

    def __init__(self, number: int, file: IO[bytes] | None = None) -> None:
        self.number = number
        self._file = file
        self._not_ours = set(range(number))
        self._changing = threading.Lock()

    @contextmanager
    def one(self, deadline: float) -> Iterator[None]:
        """Have a place while the block runs; wait for one until the deadline, an instant of the monotonic clock.

        Raises:
            SignInBusyError: none has come free until then.
        """
        place = self._wait(deadline)
        try:
            yield
        finally:
            self._give_back(place)

    def _wait(self, deadline: float) -> int:
        # By looking again and again: the system has no wait for any of several locks, nor one that ends in time.
        while time.monotonic() < deadline:
            if (place := self._take()) is not None:
                return place
            time.sleep(_LOOK_AGAIN_SECONDS)
        raise SignInBusyError

    def _take(self) -> int | None:
        with self._changing:
            place = next(filter(self._lock, self._not_ours), None)
            if place is not None:
                self._not_ours.remove(place)
            return place

    def _lock(self, place: int) -> bool:
        if self._file is None:
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except (BlockingIOError, PermissionError):  # which of the two it is, POSIX leaves open
            return False
        return True

    def _give_back(self, place: int) -> None:
        with self._changing:
            if self._file is not None:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
            self._not_ours.add(place)
