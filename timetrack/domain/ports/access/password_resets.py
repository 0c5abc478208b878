"""The port that stores the codes which reset passwords."""

from typing import Protocol

from timetrack.domain.model.access.password_resets import PasswordReset
from timetrack.domain.model.ids import UserId


class PasswordResetStore(Protocol):
    """Codes by their digest, at most one for each user; the codes themselves are nowhere kept."""

    def add(self, user_id: UserId, digest: bytes, seconds: int) -> PasswordReset:
        """Keep a code of a user whom the transaction has locked, for so many seconds; one from before ends."""

    def user_of(self, digest: bytes) -> UserId | None:
        """Return whose password the code resets; None if it is unknown, expired, or was used."""

    def take(self, digest: bytes) -> bool:
        """Use a code up; return False if it is unknown, expired, or was used."""

    def end_of(self, user_id: UserId) -> None:
        """End the user's code, if there is one."""
