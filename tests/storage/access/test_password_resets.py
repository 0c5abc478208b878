"""The promises of PasswordResetStore."""

from datetime import timedelta

from tests.database_clock import Clock
from tests.given import a_user
from tests.racing import race
from timetrack.domain.model.access.password_resets import PasswordReset
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage

DIGEST, ANOTHER = b"a code", b"another code"


def add(storage: Storage, user: User, digest: bytes = DIGEST, seconds: int = 60) -> PasswordReset:
    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        return stores.password_resets.add(user.id, digest, seconds)


def test_a_code_is_its_users_for_its_time(storage: Storage, clock: Clock, user: User) -> None:
    reset = add(storage, user)
    assert (reset.user_id, reset.expires_at) == (user.id, clock.now + timedelta(seconds=60))
    clock.advance(timedelta(seconds=59))
    before = storage.password_resets.user_of(DIGEST)

    clock.advance(timedelta(seconds=1))

    assert (before, storage.password_resets.user_of(DIGEST)) == (user.id, None)
    assert not storage.password_resets.take(DIGEST)


def test_an_unknown_code_is_nobodys(storage: Storage) -> None:
    assert storage.password_resets.user_of(ANOTHER) is None
    assert not storage.password_resets.take(ANOTHER)


def test_of_many_who_take_a_code_exactly_one_gets_it(storage: Storage, user: User) -> None:
    add(storage, user)

    finish = race(6, lambda _: storage.password_resets.take(DIGEST))

    assert sorted(finish.won) == [False] * 5 + [True]
    assert storage.password_resets.user_of(DIGEST) is None


def test_a_new_code_takes_the_place_of_the_users_own_one_only(storage: Storage, user: User) -> None:
    other = a_user(storage)
    add(storage, other, b"another user's")
    add(storage, user)

    add(storage, user, ANOTHER)

    found = [storage.password_resets.user_of(digest) for digest in (DIGEST, ANOTHER, b"another user's")]
    assert found == [None, user.id, other.id]


def test_a_code_can_be_ended(storage: Storage, user: User) -> None:
    other = a_user(storage)
    add(storage, user)
    add(storage, other, ANOTHER)

    storage.password_resets.end_of(user.id)

    assert [storage.password_resets.user_of(digest) for digest in (DIGEST, ANOTHER)] == [None, other.id]
