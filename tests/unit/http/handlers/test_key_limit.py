"""The limit on an owner's idempotency keys."""

from tests.fakes.storage import FakeStorage
from tests.given import a_key
from timetrack.domain.ports.idempotency import KeptAnswer
from timetrack.entrypoints.http.handlers.key_limit import FULL_FOR, KeyLimit


def keep(storage: FakeStorage, key: str, owner: str = "user:1") -> None:
    with storage.once(a_key(key, owner=owner)) as once:
        once.keep(KeptAnswer(outcome=204, labels={}, content=b""))


def test_an_owner_with_as_many_keys_as_anybody_may_have_has_no_room_and_others_have() -> None:
    storage = FakeStorage()
    limit = KeyLimit(storage, most=3)

    for number in range(3):
        assert limit.has_room("user:1")
        keep(storage, str(number))

    assert (limit.has_room("user:1"), limit.has_room("user:2")) == (False, True)


def test_what_others_have_kept_is_found_when_the_keys_are_counted_again() -> None:
    storage = FakeStorage()
    limit = KeyLimit(storage, most=10, recount=2)
    limit.has_room("user:1")
    for number in range(10):
        keep(storage, str(number))

    # The second of two pass without a count.
    assert [limit.has_room("user:1") for _ in range(3)] == [True, False, False]


def test_who_has_no_room_is_counted_again_after_a_minute_and_not_before() -> None:
    storage = FakeStorage()
    now = 0.0
    limit = KeyLimit(storage, most=1, clock=lambda: now)
    keep(storage, "key")
    refused = limit.has_room("user:1")
    with storage.database.transaction() as state:
        state.keys.clear()

    now = FULL_FOR - 1
    early = limit.has_room("user:1")
    now = FULL_FOR

    assert (refused, early, limit.has_room("user:1")) == (False, False, True)
