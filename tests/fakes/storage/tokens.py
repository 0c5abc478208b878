"""Access tokens in memory."""

from datetime import timedelta

from tests.fakes.storage.database import Session
from tests.fakes.storage.state import KeptToken
from timetrack.domain.model.caller import Caller
from timetrack.domain.model.ids import TokenId, UserId


class FakeTokens:
    """See TokenStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user_id: UserId, digest: bytes, lifetime: int) -> None:
        """See TokenStore.add."""
        database = self._session.database
        with self._session.statement() as state:
            state.require_user(user_id)
            assert digest not in state.tokens, "two tokens have one digest"
            state.tokens[digest] = KeptToken(
                id=TokenId(next(database.ids)),
                user_id=user_id,
                expires_at=database.clock.now + timedelta(seconds=lifetime),
            )

    def caller(self, digest: bytes) -> Caller | None:
        """See TokenStore.caller."""
        with self._session.statement() as state:
            token = state.tokens.get(digest)
            if token is None or token.expires_at <= self._session.database.clock.now:
                return None
            user = state.users.get(token.user_id)
            return None if user is None else Caller(user_id=user.id, role=user.role, token_id=token.id)

    def caller_of_user(self, user_id: UserId) -> Caller | None:
        """See TokenStore.caller_of_user."""
        with self._session.statement() as state:
            user = state.users.get(user_id)
            return None if user is None else Caller(user_id=user.id, role=user.role)

    def revoke_all_of(self, user_id: UserId) -> None:
        """See TokenStore.revoke_all_of."""
        with self._session.statement() as state:
            state.tokens = {digest: token for digest, token in state.tokens.items() if token.user_id != user_id}
