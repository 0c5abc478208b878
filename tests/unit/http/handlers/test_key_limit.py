"""The limit on an owner's idempotency keys."""

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_key
from timetrack.domain.errors import TooManyKeysError
from timetrack.domain.ports.idempotency import KeptAnswer
from timetrack.entrypoints.http.handlers.key_limit import KeyLimit


def keep(storage: FakeStorage, key: str, owner: str = "user:1") -> None:
    with storage.once(a_key(key, owner=owner)) as once:
        once.keep(KeptAnswer(outcome=204, labels={}, content=b""))


def test_an_owner_with_as_many_keys_as_anybody_may_have_is_refused_and_others_are_not() -> None:
    storage = FakeStorage()
    limit = KeyLimit(storage, most=3)

    for number in range(3):
        limit.check("user:1")
        keep(storage, str(number))

    with pytest.raises(TooManyKeysError):
        limit.check("user:1")
    limit.check("user:2")


def test_what_others_have_kept_is_found_when_the_keys_are_counted_again() -> None:
    storage = FakeStorage()
    limit = KeyLimit(storage, most=10, recount=2)
    limit.check("user:1")
    for number in range(10):
        keep(storage, str(number))

    limit.check("user:1")  # the second of two that pass without a count
    with pytest.raises(TooManyKeysError):
        limit.check("user:1")
