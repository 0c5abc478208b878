"""The port that digests passwords."""

from typing import Protocol


class PasswordHasher(Protocol):
    """Slow, salted digests of passwords."""

    def hash(self, password: str) -> str:
        """Return a digest to keep.

        Raises:
            SignInBusyError: too many are waiting for their turn.
        """

    def matches(self, password: str, kept: str | None) -> bool:
        """Return whether the password belongs to the digest; as slow with None, to which nothing belongs.

        Raises:
            SignInBusyError: too many are waiting for their turn.
        """
