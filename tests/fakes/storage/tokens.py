"""Access tokens in memory."""

from dataclasses import replace
from datetime import timedelta

from tests.fakes.storage.database import Session
from tests.fakes.storage.state import KeptToken
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import TokenId, UserId
from timetrack.domain.model.users.users import Credentials


class FakeTokens:
    """See TokenStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, credentials: Credentials, digest: bytes, lifetime: TokenLifetime) -> bool:
        """See TokenStore.add."""
        database = self._session.database
        with self._session.statement() as state:
            assert digest not in state.tokens, "two tokens have one digest"
            same_password = state.password_hashes.get(credentials.user_id) == credentials.password_hash
            if not same_password or not state.users[credentials.user_id].active:
                return False
            state.tokens[digest] = KeptToken(
                id=TokenId(next(database.ids)),
                user_id=credentials.user_id,
                expires_at=database.clock.now + timedelta(seconds=lifetime.absolute),
                idle_lifetime=timedelta(seconds=lifetime.idle),
                last_used_at=database.clock.now,
            )
            return True

    def caller(self, digest: bytes) -> Caller | None:
        """See TokenStore.caller."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            token = state.tokens.get(digest)
            if token is None or now >= min(token.expires_at, token.last_used_at + token.idle_lifetime):
                return None
            state.tokens[digest] = replace(token, last_used_at=now)
            user = state.active_user(token.user_id)
            return None if user is None else Caller(user_id=user.id, role=user.role, token_id=token.id)

    def caller_of_user(self, user_id: UserId) -> Caller | None:
        """See TokenStore.caller_of_user."""
        with self._session.statement() as state:
            user = state.active_user(user_id)
            return None if user is None else Caller(user_id=user.id, role=user.role)

    def caller_now(self, caller: Caller) -> Caller | None:
        """See TokenStore.caller_now."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            user = state.active_user(caller.user_id)
            alive = {token.id for token in state.tokens.values() if token.expires_at > now}
            if user is None or caller.token_id not in {None, *alive}:
                return None
            return replace(caller, role=user.role)

    def revoke(self, digest: bytes) -> None:
        """See TokenStore.revoke."""
        with self._session.statement() as state:
            state.tokens.pop(digest, None)

    def revoke_all_of(self, user_id: UserId) -> None:
        """See TokenStore.revoke_all_of."""
        with self._session.statement() as state:
            state.tokens = {digest: token for digest, token in state.tokens.items() if token.user_id != user_id}
