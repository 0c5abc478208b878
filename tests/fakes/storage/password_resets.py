"""Codes that reset passwords, in memory."""

from datetime import timedelta

from tests.fakes.storage.database import Session
from timetrack.domain.model.access.password_resets import PasswordReset
from timetrack.domain.model.ids import UserId


class FakePasswordResets:
    """See PasswordResetStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user_id: UserId, digest: bytes, seconds: int) -> PasswordReset:
        """See PasswordResetStore.add."""
        self._session.require_lock(("user", user_id))
        self.end_of(user_id)
        database = self._session.database
        with self._session.statement() as state:
            assert digest not in state.password_resets, "two codes have one digest"
            expires_at = database.now + timedelta(seconds=seconds)
            reset = PasswordReset(id=next(database.ids), user_id=user_id, expires_at=expires_at)
            state.password_resets[digest] = reset
            return reset

    def user_of(self, digest: bytes) -> UserId | None:
        """See PasswordResetStore.user_of."""
        with self._session.statement() as state:
            reset = state.password_resets.get(digest)
            return None if reset is None or reset.expires_at <= self._session.database.now else reset.user_id

    def take(self, digest: bytes) -> bool:
        """See PasswordResetStore.take."""
        if self.user_of(digest) is None:
            return False
        with self._session.statement() as state:
            del state.password_resets[digest]
            return True

    def end_of(self, user_id: UserId) -> None:
        """See PasswordResetStore.end_of."""
        with self._session.statement() as state:
            resets = state.password_resets.items()
            state.password_resets = {digest: reset for digest, reset in resets if reset.user_id != user_id}
