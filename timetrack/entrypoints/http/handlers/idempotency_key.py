"""The idempotency key of a request, bound to its caller, operation, path and body."""

import hashlib
import hmac
import json
from collections.abc import Mapping

from timetrack.domain.errors import IdempotencyKeyInUseError, IdempotencyKeyReusedError
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.users.national_id import NationalId
from timetrack.entrypoints.http.messages.call import Call

REFUSALS = (IdempotencyKeyInUseError, IdempotencyKeyReusedError)
"""Errors of the key itself, which therefore cannot be kept under it."""


def key(call: Call, body: Mapping[str, object] | None) -> IdempotencyKey | None:
    """Return the request's key; None if it has none."""
    given = call.headers.get("idempotency-key")
    if given is None:
        return None
    return IdempotencyKey(owner=_owner(call, body), key=_digest(given), fingerprint=_fingerprint(given, call, body))


def _owner(call: Call, body: Mapping[str, object] | None) -> str:
    """Return whose key it is: the caller's; for a registration, the national ID's, as a digest."""
    if call.caller is not None:
        return f"user:{call.caller.user_id}"
    national_id = str(NationalId.parse(str((body or {}).get("national_id"))))
    return f"registration:{_digest(national_id)}"


def _fingerprint(given: str, call: Call, body: Mapping[str, object] | None) -> bytes:
    # The parsed body, so that a client which writes the same JSON in another order repeats the same request; and what
    # it accepts, because the answer that is kept has one media type.
    request = [call.operation_id, call.path, call.query, call.headers.get("accept"), body]
    canonical = json.dumps(request, sort_keys=True, ensure_ascii=False)
    # With the key, of which only a digest is kept: what is kept would else let a password in the body be guessed fast.
    return hmac.digest(given.encode(), canonical.encode(), "sha256")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
