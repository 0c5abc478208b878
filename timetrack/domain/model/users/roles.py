"""Roles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from timetrack.domain.model.ids import TokenId, UserId


class Role(StrEnum):
    """The role of a user, which decides what they may do beyond their own; in ascending order of power."""

    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """The trace of a change of a user's role; `changed_by` is None where no user did it."""

    user_id: UserId
    old_role: Role
    new_role: Role
    changed_at: datetime
    changed_by: UserId | None
    token_id: TokenId | None
    request_id: str | None
