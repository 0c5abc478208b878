"""The port that counts failed sign-ins, and registrations in the same way."""

from collections.abc import Sequence
from typing import Protocol

from timetrack.domain.model.access.sign_ins import SignInLimit


class FailedSignIns(Protocol):
    """Failed sign-ins, over all processes; each is forgiven in its time, one after the other."""

    def seconds_to_wait(self, limits: Sequence[SignInLimit]) -> int:
        """Return the seconds until all limits have room for a failure; 0 if they have it now."""

    def add(self, limits: Sequence[SignInLimit]) -> None:
        """Count a failure against each of the limits."""
