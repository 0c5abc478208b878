"""Callers."""

from dataclasses import dataclass

from timetrack.domain.model.ids import TokenId, UserId
from timetrack.domain.model.users.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A signed-in user, to whom the history attributes what the request changes.

    `token_id` is None in demo mode, which has no tokens.
    """

    user_id: UserId
    role: Role
    token_id: TokenId | None = None
    request_id: str | None = None
