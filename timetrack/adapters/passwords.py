"""Passwords, by argon2id (RFC 9106)."""

from collections.abc import Callable
from typing import TypeVar

import argon2

from timetrack.domain.errors import SignInBusyError
from timetrack.waiting import Offload, wait_for

Result = TypeVar("Result")

_AT_ONCE = 2
_LONGEST_WAIT = 5.0


class Argon2Hasher:
    """See PasswordHasher. At most two at once, because each takes a core and 19 MiB for some 20 ms."""

    def __init__(self, *, memory_kib: int = 19456, passes: int = 2) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._threads = Offload("passwords", _AT_ONCE)
        # The digest of an unknown user; checked as any other, so that time does not tell who is registered.
        self._unknown = self._argon2.hash("")

    def hash(self, password: str) -> str:
        """See PasswordHasher.hash."""
        return self._in_turn(lambda: self._argon2.hash(password))

    def matches(self, password: str, kept: str | None) -> bool:
        """See PasswordHasher.matches."""
        return self._in_turn(lambda: self._verified(password, kept))

    def close(self) -> None:
        """End the threads."""
        self._threads.close()

    def _verified(self, password: str, kept: str | None) -> bool:
        try:
            self._argon2.verify(kept or self._unknown, password)
        except argon2.exceptions.VerifyMismatchError:
            return False
        return kept is not None

    def _in_turn(self, work: Callable[[], Result]) -> Result:
        turn = self._threads.executor.submit(work)
        try:
            return wait_for(turn, _LONGEST_WAIT)
        except TimeoutError:
            if turn.cancel():
                raise SignInBusyError from None
            return wait_for(turn)
