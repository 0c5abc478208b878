"""Idempotency keys, which make retries safe."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """A key of one owner, and the digest of the request to which it is bound."""

    owner: str
    key: str
    fingerprint: bytes
