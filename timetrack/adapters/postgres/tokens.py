"""Access tokens in PostgreSQL."""

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.session import Session
from timetrack.domain.model.caller import Caller, Role
from timetrack.domain.model.ids import TokenId, UserId

_SQL = load("tokens")


class PostgresTokens:
    """See TokenStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user_id: UserId, digest: bytes, lifetime: int) -> None:
        """See TokenStore.add."""
        self._session.run(_SQL["add"], {"user_id": user_id, "digest": digest, "lifetime": lifetime})

    def caller(self, digest: bytes) -> Caller | None:
        """See TokenStore.caller."""
        return self._session.one(_SQL["caller"], {"digest": digest}, _caller)

    def caller_of_user(self, user_id: UserId) -> Caller | None:
        """See TokenStore.caller_of_user."""
        return self._session.one(_SQL["caller_of_user"], {"user_id": user_id}, _caller)

    def revoke_all_of(self, user_id: UserId) -> None:
        """See TokenStore.revoke_all_of."""
        self._session.run(_SQL["revoke_all_of"], {"user_id": user_id})


def _caller(*, user_id: UserId, role: str, token_id: TokenId | None) -> Caller:
    return Caller(user_id=user_id, role=Role(role), token_id=token_id)
