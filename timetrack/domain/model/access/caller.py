"""Callers."""

from dataclasses import dataclass
from enum import StrEnum

from timetrack.domain.model.ids import TokenId, UserId


class Role(StrEnum):
    """The role of a user, which decides what they may do beyond their own; in ascending order of power."""

    MEMBER = "member"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in user, to whom the history attributes what the request changes.

    `token_id` is None in demo mode, which has no tokens.
    """

    user_id: UserId
    role: Role
    token_id: TokenId | None = None
    request_id: str | None = None
