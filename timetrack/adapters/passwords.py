"""Passwords, by argon2id (RFC 9106)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import argon2

from timetrack.domain.errors import SignInBusyError

_AT_ONCE = 2
_LONGEST_WAIT = 5.0


class Argon2Hasher:
    """See PasswordHasher. At most two at once, because each takes a core and 19 MiB for some 20 ms."""

    def __init__(self, *, memory_kib: int = 19456, passes: int = 2) -> None:
        self._argon2 = argon2.PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        # What nobody's password belongs to; checked in place of an unknown user's, so that time tells nothing.
        self._nobodys = self._argon2.hash("")

    def hash(self, password: str) -> str:
        """See PasswordHasher.hash."""
        with self._place():
            return self._argon2.hash(password)

    def matches(self, password: str, kept: str | None) -> bool:
        """See PasswordHasher.matches."""
        with self._place():
            try:
                self._argon2.verify(kept or self._nobodys, password)
            except argon2.exceptions.VerifyMismatchError:
                return False
            return kept is not None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=_LONGEST_WAIT):
            raise SignInBusyError
        try:
            yield
        finally:
            self._places.release()
