"""Passwords in memory, digested in no time."""

from collections.abc import Callable
from itertools import count

from timetrack.domain.errors import SignInBusyError
from timetrack.domain.model.access.passwords import normal, spellings


class FakeHasher:
    """Keeps passwords readable, behind a salt; counts the checks, and may be told to be busy; see PasswordHasher.

    `meanwhile` is what happens while a password is checked.
    """

    def __init__(self) -> None:
        self.busy = False
        self.meanwhile: Callable[[], object] = lambda: None
        self.checks = 0
        self._salts = count(1)

    def hash(self, password: str) -> str:
        """See PasswordHasher.hash."""
        self._wait()
        return f"{next(self._salts)}${normal(password)}"

    def matches(self, password: str, kept: str | None) -> bool:
        """See PasswordHasher.matches."""
        self._wait()
        self.checks += 1
        self.meanwhile()
        return kept is not None and kept.partition("$")[2] in spellings(password)

    def _wait(self) -> None:
        if self.busy:
            raise SignInBusyError
