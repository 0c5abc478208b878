"""Codes that reset passwords, in PostgreSQL."""

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.domain.model.access.password_resets import PasswordReset
from timetrack.domain.model.ids import UserId

_SQL = load("password_resets")


class PostgresPasswordResets:
    """See PasswordResetStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user_id: UserId, digest: bytes, seconds: int) -> PasswordReset:
        """See PasswordResetStore.add."""
        self.end_of(user_id)
        parameters = {"user_id": user_id, "digest": digest, "seconds": seconds}
        return self._session.required(_SQL["add"], parameters, PasswordReset)

    def user_of(self, digest: bytes) -> UserId | None:
        """See PasswordResetStore.user_of."""
        return self._session.one(_SQL["user_of"], {"digest": digest}, _user_id)

    def take(self, digest: bytes) -> bool:
        """See PasswordResetStore.take."""
        return self._session.one(_SQL["take"], {"digest": digest}, _user_id) is not None

    def end_of(self, user_id: UserId) -> None:
        """See PasswordResetStore.end_of."""
        self._session.run(_SQL["end_of"], {"user_id": user_id})


def _user_id(*, user_id: int) -> UserId:
    return UserId(user_id)
