"""Resets of lost passwords."""

from dataclasses import dataclass
from datetime import datetime

from timetrack.domain.model.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """A one-time code that sets a user's password; of the code itself only a digest is kept."""

    id: int
    user_id: UserId
    expires_at: datetime
