"""Access tokens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLifetime:
    """For how many seconds a token is good: after its issue, and after its last use."""

    absolute: int
    idle: int
