"""The port that digests passwords."""

from typing import Protocol


class PasswordHasher(Protocol):
    """Slow, salted digests of passwords, whose spellings that Unicode (NFKC) takes for the same are one."""

    def hash(self, password: str) -> str:
        """Return a digest to keep.

        Raises:
            SignInBusyError: too many are waiting for their turn.
        """

    def matches(self, password: str, kept: str | None) -> bool:
        """Return whether the password belongs to the digest; as slow with None, to which nothing belongs.

        Digests of a password as it was typed, from before there was one spelling, match as well.

        Raises:
            SignInBusyError: too many are waiting for their turn.
        """
