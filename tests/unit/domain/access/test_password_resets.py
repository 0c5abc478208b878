"""Lost passwords: an admin's code, and what it is good for."""

from datetime import timedelta

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.storage import FakeStorage
from tests.given import a_token, caller, erase_user
from timetrack.domain.errors import NotAllowedError, ResetCodeInvalidError, UserNotFoundError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.services.administration import Administration
from timetrack.domain.services.passwords import Passwords
from timetrack.domain.services.users import Users

NEW = "a new password"
HOUR = timedelta(hours=1)


@pytest.fixture
def passwords(storage: FakeStorage, hasher: FakeHasher) -> Passwords:
    return Passwords(storage, hasher)


def kept(storage: FakeStorage, user: User) -> str:
    credentials = storage.users.credentials(user.national_id)
    assert credentials is not None
    return credentials.password_hash


def test_a_code_sets_a_new_password_once(
    passwords: Passwords, storage: FakeStorage, hasher: FakeHasher, admin: User, member: User
) -> None:
    code = passwords.allow_reset(caller(admin), member.id).code

    passwords.reset(code, NEW)

    assert hasher.matches(NEW, kept(storage, member))
    with pytest.raises(ResetCodeInvalidError):
        passwords.reset(code, "another one")
    assert hasher.matches(NEW, kept(storage, member))


def test_all_tokens_end_with_the_code_and_again_with_the_new_password(
    passwords: Passwords, storage: FakeStorage, admin: User, member: User
) -> None:
    a_token(storage, member, b"before")
    a_token(storage, admin, b"the admin's")
    code = passwords.allow_reset(caller(admin), member.id).code
    after_the_code = storage.tokens.caller(b"before")
    a_token(storage, member, b"meanwhile")

    passwords.reset(code, NEW)

    assert (after_the_code, storage.tokens.caller(b"meanwhile")) == (None, None)
    assert storage.tokens.caller(b"the admin's") is not None


def test_the_old_password_stays_until_the_code_is_used(
    passwords: Passwords, storage: FakeStorage, admin: User, member: User
) -> None:
    before = kept(storage, member)

    passwords.allow_reset(caller(admin), member.id)

    assert kept(storage, member) == before


def test_only_an_admin_gets_a_code_and_only_for_who_is_there(
    passwords: Passwords, admin: User, manager: User, member: User
) -> None:
    for user in (manager, member):
        with pytest.raises(NotAllowedError):
            passwords.allow_reset(caller(user), member.id)
    with pytest.raises(UserNotFoundError):
        passwords.allow_reset(caller(admin), UserId(999_999))


def test_a_code_is_good_for_an_hour_and_until_the_next_one(
    passwords: Passwords, storage: FakeStorage, admin: User, member: User
) -> None:
    first = passwords.allow_reset(caller(admin), member.id).code
    second = passwords.allow_reset(caller(admin), member.id).code
    storage.clock.advance(HOUR)

    for code in (first, second, "", "ttr_never-made"):
        with pytest.raises(ResetCodeInvalidError):
            passwords.reset(code, NEW)


def test_a_code_ends_with_who_leaves_or_is_erased(
    passwords: Passwords, users: Users, admin: User, manager: User, member: User
) -> None:
    codes = [passwords.allow_reset(caller(admin), user.id).code for user in (manager, member)]

    users.change(caller(admin), manager.id, UserChange(active=False))
    users.erase(caller(admin), member.id)

    for code in codes:
        with pytest.raises(ResetCodeInvalidError):
            passwords.reset(code, NEW)


def test_a_code_ends_with_every_other_change_of_the_password(
    passwords: Passwords, storage: FakeStorage, hasher: FakeHasher, admin: User, member: User
) -> None:
    code = passwords.allow_reset(caller(admin), member.id).code
    passwords.reset(code, "the first one")
    code = passwords.allow_reset(caller(admin), member.id).code
    passwords.change(caller(member), "the first one", "the second one")
    with pytest.raises(ResetCodeInvalidError):
        passwords.reset(code, NEW)

    code = passwords.allow_reset(caller(admin), member.id).code
    Administration(storage, hasher).reset_password(member.national_id, "the third one")
    with pytest.raises(ResetCodeInvalidError):
        passwords.reset(code, NEW)


def test_a_user_who_is_erased_meanwhile_gets_no_password(
    passwords: Passwords, storage: FakeStorage, admin: User, member: User
) -> None:
    code = passwords.allow_reset(caller(admin), member.id).code
    erase_user(storage, member)  # and the code, by itself, is still there

    with pytest.raises(ResetCodeInvalidError):
        passwords.reset(code, NEW)


def test_a_code_is_shown_by_nothing_else(passwords: Passwords, storage: FakeStorage, admin: User, member: User) -> None:
    made = passwords.allow_reset(caller(admin), member.id)

    assert (made.code[:4], len(made.code)) == ("ttr_", 47)
    with storage.database.transaction() as state:
        assert made.code not in f"{made!r} {state!r}"
