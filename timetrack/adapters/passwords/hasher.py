"""The hasher."""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import argon2

from timetrack.adapters.passwords.places import HashingPlaces, places_of_this_machine
from timetrack.domain.model.access.passwords import normal, spellings
from timetrack.waiting import Offload, wait_for

Result = TypeVar("Result")

_LONGEST_WAIT = 2.0
_NICENESS = 10


class Argon2Hasher:
    """See PasswordHasher. A hash takes a core and 19 MiB for some 20 ms: it waits for one of the places.

    Without any given it has as many as the machine, and shares them with nobody.
    """

    def __init__(self, places: HashingPlaces | None = None, *, memory_kib: int = 19456, passes: int = 2) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._places = places or HashingPlaces(places_of_this_machine())
        self._threads = Offload("passwords", self._places.number, each=_give_way)
        # The digest of an unknown user; checked as any other, so that time does not tell who is registered.
        self._unknown = self._argon2.hash("")

    def hash(self, password: str) -> str:
        """See PasswordHasher.hash."""
        return self._in_turn(lambda: self._argon2.hash(normal(password)))

    def matches(self, password: str, kept: str | None) -> bool:
        """See PasswordHasher.matches."""
        return self._in_turn(lambda: self._any_matches(password, kept))

    def close(self) -> None:
        """End the threads."""
        self._threads.close()

    def _any_matches(self, password: str, kept: str | None) -> bool:
        return any(self._verified(spelling, kept) for spelling in spellings(password))

    def _verified(self, password: str, kept: str | None) -> bool:
        try:
            self._argon2.verify(kept or self._unknown, password)
        except argon2.exceptions.VerifyMismatchError:
            return False
        return kept is not None

    def _in_turn(self, work: Callable[[], Result]) -> Result:
        deadline = time.monotonic() + _LONGEST_WAIT

        def in_a_place() -> Result:
            with self._places.one(deadline):
                return work()

        # Whoever is behind others on a thread is refused when its turn comes, which is as soon as theirs is over.
        return wait_for(self._threads.executor.submit(in_a_place))


def _give_way() -> None:
    """Let this thread alone have a lower priority, so that requests come before the hashes of sign-ins."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
