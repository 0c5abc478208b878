"""The port that stores access tokens."""

from typing import Protocol

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.users import Credentials


class TokenStore(Protocol):
    """Access tokens, by their digest; the tokens themselves are nowhere kept."""

    def add(self, credentials: Credentials, digest: bytes, lifetime: TokenLifetime) -> bool:
        """Keep a new token; return False, and keep none, if the password was changed or the user has left meanwhile."""

    def caller(self, digest: bytes) -> Caller | None:
        """Return the active user who holds the token; None if it is unknown, expired, idle for too long, or revoked.

        It counts as a use; the last use is kept to the minute.
        """

    def caller_of_user(self, user_id: UserId) -> Caller | None:
        """Return an active user as a caller, without a token; None if there is none. For demo mode."""

    def caller_now(self, caller: Caller) -> Caller | None:
        """Return the caller with the role that they have now; None if they have left, or their token has ended."""

    def revoke(self, digest: bytes) -> None:
        """End a token, if there is one of this digest."""

    def revoke_all_of(self, user_id: UserId) -> None:
        """End every token of the user."""
