"""The promises of TokenStore."""

from dataclasses import replace
from datetime import timedelta

from tests.database_clock import Clock
from tests.given import a_token, a_user, change_user, erase_user
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import Credentials, User, UserChange
from timetrack.domain.ports.storage import Storage

HOUR = 3600
NEW = "digest of another password"
DIGEST = b"digest of a token"


def test_a_token_tells_who_holds_it(storage: Storage, user: User) -> None:
    a_token(storage, user, DIGEST)

    holder = storage.tokens.caller(DIGEST)

    assert holder is not None
    assert (holder.user_id, holder.role, holder.request_id) == (user.id, Role.ADMIN, None)


def test_two_tokens_of_a_user_are_told_apart(storage: Storage, user: User) -> None:
    a_token(storage, user, b"one")
    a_token(storage, user, b"another")

    ids = [holder.token_id for digest in (b"one", b"another") if (holder := storage.tokens.caller(digest))]

    assert len(set(ids) - {None}) == 2


def test_a_token_tells_the_role_that_its_holder_has_now(storage: Storage, user: User) -> None:
    a_token(storage, user, DIGEST)

    change_user(storage, user.id, UserChange(role=Role.MANAGER))

    holder = storage.tokens.caller(DIGEST)
    assert holder is not None
    assert holder.role is Role.MANAGER


def test_a_caller_has_the_role_of_now_until_they_or_their_token_end(storage: Storage, user: User) -> None:
    a_token(storage, user, DIGEST)
    holder = storage.tokens.caller(DIGEST)
    assert holder is not None

    change_user(storage, user.id, UserChange(role=Role.MANAGER))
    assert storage.tokens.caller_now(holder) == replace(holder, role=Role.MANAGER)
    without_token = replace(holder, token_id=None)
    storage.tokens.revoke(DIGEST)
    assert storage.tokens.caller_now(holder) is None
    assert storage.tokens.caller_now(without_token) == replace(without_token, role=Role.MANAGER)
    erase_user(storage, user)
    assert storage.tokens.caller_now(without_token) is None


def test_a_caller_ends_with_the_time_of_their_token(storage: Storage, clock: Clock, user: User) -> None:
    a_token(storage, user, DIGEST)
    holder = storage.tokens.caller(DIGEST)
    assert holder is not None

    clock.advance(timedelta(seconds=HOUR))

    assert storage.tokens.caller_now(holder) is None


def test_an_unknown_token_is_nobodys(storage: Storage, user: User) -> None:
    a_token(storage, user, DIGEST)

    assert storage.tokens.caller(b"digest of another token") is None


def test_a_token_is_good_until_it_expires(storage: Storage, clock: Clock, user: User) -> None:
    a_token(storage, user, DIGEST)

    clock.advance(timedelta(seconds=HOUR - 60))
    before = storage.tokens.caller(DIGEST)
    clock.advance(timedelta(seconds=60))

    assert (before is None, storage.tokens.caller(DIGEST)) == (False, None)


def test_a_token_that_lies_idle_ends(storage: Storage, clock: Clock, user: User) -> None:
    a_token(storage, user, DIGEST, idle=600)

    clock.advance(timedelta(seconds=600))

    assert storage.tokens.caller(DIGEST) is None


def test_each_use_of_a_token_begins_its_idleness_anew_until_it_expires(
    storage: Storage, clock: Clock, user: User
) -> None:
    a_token(storage, user, DIGEST, lifetime=HOUR, idle=600)

    holders = []
    for _ in range(7):
        clock.advance(timedelta(seconds=540))
        holders.append(storage.tokens.caller(DIGEST) is not None)

    assert holders == [True] * 6 + [False]


def test_no_token_is_kept_for_a_password_that_was_changed_meanwhile(storage: Storage, user: User) -> None:
    credentials = credentials_of(storage, user)
    storage.users.set_password(credentials, NEW)

    kept = storage.tokens.add(credentials, DIGEST, TokenLifetime(absolute=HOUR, idle=HOUR))

    assert (kept, storage.tokens.caller(DIGEST)) == (False, None)


def test_no_token_is_kept_for_who_was_erased_meanwhile(storage: Storage, user: User) -> None:
    credentials = credentials_of(storage, user)
    erase_user(storage, user)

    assert not storage.tokens.add(credentials, DIGEST, TokenLifetime(absolute=HOUR, idle=HOUR))


def test_a_token_that_was_revoked_is_nobodys_and_the_others_stay(storage: Storage, user: User) -> None:
    a_token(storage, user, b"one")
    a_token(storage, user, b"another")

    storage.tokens.revoke(b"one")
    storage.tokens.revoke(b"unknown")

    assert [storage.tokens.caller(digest) is None for digest in (b"one", b"another")] == [True, False]


def test_revoking_ends_every_token_of_the_user_and_of_nobody_else(storage: Storage, user: User) -> None:
    other = a_user(storage)
    a_token(storage, user, b"one")
    a_token(storage, user, b"another")
    a_token(storage, other, b"other's")

    storage.tokens.revoke_all_of(user.id)

    holders = [storage.tokens.caller(digest) for digest in (b"one", b"another", b"other's")]
    assert [holder and holder.user_id for holder in holders] == [None, None, other.id]


def test_a_password_is_replaced_by_one_who_knows_it(storage: Storage, user: User) -> None:
    credentials = credentials_of(storage, user)

    won = [storage.users.set_password(credentials, digest) for digest in (NEW, "a third one")]

    assert won == [True, False]
    assert credentials_of(storage, user).password_hash == NEW


def credentials_of(storage: Storage, user: User) -> Credentials:
    credentials = storage.users.credentials(user.national_id)
    assert credentials is not None
    return credentials


def test_the_token_of_an_erased_user_is_nobodys(storage: Storage, user: User) -> None:
    a_token(storage, user, DIGEST)

    erase_user(storage, user)

    assert storage.tokens.caller(DIGEST) is None


def test_a_user_is_a_caller_without_a_token(storage: Storage, user: User) -> None:
    assert storage.tokens.caller_of_user(user.id) == Caller(user_id=user.id, role=Role.ADMIN)


def test_who_is_not_there_or_was_erased_is_no_caller(storage: Storage, user: User) -> None:
    erase_user(storage, user)

    assert storage.tokens.caller_of_user(user.id) is None
    assert storage.tokens.caller_of_user(UserId(999_999)) is None


def test_who_has_left_is_no_caller_whatever_is_kept(storage: Storage, user: User) -> None:
    a_token(storage, user, DIGEST)
    before = storage.tokens.caller(DIGEST)
    assert before is not None

    change_user(storage, user.id, UserChange(active=False))

    found = storage.tokens.caller(DIGEST), storage.tokens.caller_of_user(user.id), storage.tokens.caller_now(before)
    assert found == (None, None, None)


def test_who_has_left_meanwhile_gets_no_token(storage: Storage, user: User) -> None:
    credentials = credentials_of(storage, user)
    change_user(storage, user.id, UserChange(active=False))

    assert not storage.tokens.add(credentials, DIGEST, TokenLifetime(absolute=60, idle=60))
