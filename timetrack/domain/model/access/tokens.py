"""Access tokens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLifetime:
    """The seconds for which a token is good: after its issue, and after its last use."""

    absolute: int
    idle: int
