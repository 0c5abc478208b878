"""Access tokens in PostgreSQL."""

from dataclasses import dataclass, replace

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import TokenId, UserId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import Credentials

_SQL = load("tokens")


class PostgresTokens:
    """See TokenStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, credentials: Credentials, digest: bytes, lifetime: TokenLifetime) -> bool:
        """See TokenStore.add."""
        parameters = {
            "user_id": credentials.user_id,
            "password_hash": credentials.password_hash,
            "digest": digest,
            "absolute": lifetime.absolute,
            "idle": lifetime.idle,
        }
        return self._session.one(_SQL["add"], parameters, _id) is not None

    def caller(self, digest: bytes) -> Caller | None:
        """See TokenStore.caller."""
        found = self._session.find(_SQL["caller"], digest, _Found)
        if found is None:
            return None
        if found.use_is_news:
            self._session.run(_SQL["note_use"], {"id": found.token_id})
        return found.caller

    def caller_of_user(self, user_id: UserId) -> Caller | None:
        """See TokenStore.caller_of_user."""
        found = self._session.find(_SQL["caller_of_user"], user_id, _Found)
        return found.caller if found else None

    def caller_now(self, caller: Caller) -> Caller | None:
        """See TokenStore.caller_now."""
        parameters = {"user_id": caller.user_id, "token_id": caller.token_id}
        role = self._session.one(_SQL["role_now"], parameters, _role)
        return None if role is None else replace(caller, role=role)

    def revoke(self, digest: bytes) -> None:
        """See TokenStore.revoke."""
        self._session.run(_SQL["revoke"], {"digest": digest})

    def revoke_all_of(self, user_id: UserId) -> None:
        """See TokenStore.revoke_all_of."""
        self._session.run(_SQL["revoke_all_of"], {"user_id": user_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    user_id: UserId
    role: str
    token_id: TokenId | None
    use_is_news: bool

    @property
    def caller(self) -> Caller:
        return Caller(user_id=self.user_id, role=Role(self.role), token_id=self.token_id)


def _role(*, role: str) -> Role:
    return Role(role)


def _id(*, id: int) -> TokenId:
    return TokenId(id)
