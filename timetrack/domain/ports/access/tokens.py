"""Where access tokens are kept, and how secrets are kept."""

from typing import Protocol

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.users import Credentials


class TokenStore(Protocol):
    """Access tokens, by their digest; the tokens themselves are nowhere kept."""

    def add(self, credentials: Credentials, digest: bytes, lifetime: TokenLifetime) -> bool:
        """Keep a new token; return False, and keep none, if the password was changed or the user erased meanwhile."""

    def caller(self, digest: bytes) -> Caller | None:
        """Return who holds the token; None if it is unknown, expired, idle for too long, or revoked.

        It counts as a use, and is known as the last one within a minute.
        """

    def caller_of_user(self, user_id: UserId) -> Caller | None:
        """Return the user as a caller, without a token; None if there is no such user. For demo mode."""

    def revoke(self, digest: bytes) -> None:
        """End a token, if there is such a one."""

    def revoke_all_of(self, user_id: UserId) -> None:
        """End every token of the user."""


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
