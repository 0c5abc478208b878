"""Resets of lost passwords."""

from dataclasses import dataclass
from datetime import datetime

from timetrack.domain.model.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset:
    """What is kept of a code that sets a user's password, besides its digest."""

    id: int
    user_id: UserId
    expires_at: datetime
