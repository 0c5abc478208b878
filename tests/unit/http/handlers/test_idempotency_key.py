"""What is kept of an idempotency key and of the request that it is bound to."""

import hashlib
import json
from typing import Any

from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.entrypoints.http.handlers import idempotency_key
from timetrack.entrypoints.http.messages.call import Call

BODY = {"national_id": "1234 567890", "password": "a password"}


def key(given: str, body: dict[str, Any]) -> IdempotencyKey:
    call = Call(
        operation_id="users.register",
        path="/users",
        query="",
        headers={"idempotency-key": given},
        request_id="r-1",
    )
    kept = idempotency_key.key(call, body)
    assert kept is not None
    return kept


def test_the_same_request_has_the_same_fingerprint_however_it_is_written() -> None:
    assert key("k-1", BODY) == key("k-1", dict(reversed(BODY.items())))


def test_another_password_makes_another_request() -> None:
    assert key("k-1", BODY).fingerprint != key("k-1", BODY | {"password": "another one"}).fingerprint


def test_what_is_kept_tells_neither_the_key_nor_whether_a_guess_at_the_password_is_right() -> None:
    kept = key("k-1", BODY)
    guess = json.dumps(["users.register", "/users", "", BODY], sort_keys=True, ensure_ascii=False)

    assert "k-1" not in f"{kept.owner}{kept.key}"
    assert "567890" not in f"{kept.owner}{kept.key}"
    assert kept.fingerprint != hashlib.sha256(guess.encode()).digest()
    assert kept.fingerprint != key("k-2", BODY).fingerprint
