"""Changing passwords."""

from collections.abc import Callable

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, caller
from timetrack.domain.errors import (
    CredentialsInvalidError,
    CurrentPasswordWrongError,
    TokenInvalidError,
    TooManySignInsError,
)
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.users.users import User
from timetrack.domain.services.authentication import PasswordAuthentication
from timetrack.domain.services.passwords import Passwords
from timetrack.domain.services.users import Users

OLD = "the old password"
NEW = "the new password"


@pytest.fixture
def passwords(storage: FakeStorage, hasher: FakeHasher) -> Passwords:
    return Passwords(storage, hasher)


@pytest.fixture
def authentication(storage: FakeStorage, hasher: FakeHasher) -> PasswordAuthentication:
    return PasswordAuthentication(storage, hasher, TokenLifetime(absolute=3600, idle=3600))


@pytest.fixture
def user(users: Users) -> User:
    return users.register(a_national_id(), OLD).user


@pytest.fixture
def sign_in(authentication: PasswordAuthentication, user: User) -> Callable[[str], str]:
    return lambda password: authentication.sign_in(str(user.national_id), password).token


def test_the_new_password_takes_the_place_of_the_old_one(
    passwords: Passwords, user: User, sign_in: Callable[[str], str]
) -> None:
    passwords.change(caller(user), OLD, NEW)

    assert sign_in(NEW)
    with pytest.raises(CredentialsInvalidError):
        sign_in(OLD)


def test_every_token_of_the_user_ends_and_nobody_elses(
    passwords: Passwords,
    users: Users,
    user: User,
    authentication: PasswordAuthentication,
    sign_in: Callable[[str], str],
) -> None:
    other = users.register(a_national_id(), OLD).user
    others = authentication.sign_in(str(other.national_id), OLD).token
    tokens = [sign_in(OLD), sign_in(OLD)]

    passwords.change(caller(user), OLD, NEW)

    for token in tokens:
        with pytest.raises(TokenInvalidError):
            authentication.authenticate(token)
    assert authentication.authenticate(others).user_id == other.id


def test_who_does_not_know_the_password_cannot_change_it(
    passwords: Passwords, user: User, sign_in: Callable[[str], str]
) -> None:
    with pytest.raises(CurrentPasswordWrongError):
        passwords.change(caller(user), "a wrong one", NEW)

    assert sign_in(OLD)


def test_guesses_count_as_failed_sign_ins(passwords: Passwords, user: User, sign_in: Callable[[str], str]) -> None:
    for _ in range(10):
        with pytest.raises(CurrentPasswordWrongError):
            passwords.change(caller(user), "a wrong one", NEW)

    with pytest.raises(TooManySignInsError):
        passwords.change(caller(user), OLD, NEW)
    with pytest.raises(TooManySignInsError):
        sign_in(OLD)


def test_of_two_changes_at_once_the_second_finds_another_password(
    passwords: Passwords, hasher: FakeHasher, user: User, sign_in: Callable[[str], str]
) -> None:
    def change_first() -> None:
        hasher.meanwhile = lambda: None
        passwords.change(caller(user), OLD, "the first new password")

    hasher.meanwhile = change_first

    with pytest.raises(CurrentPasswordWrongError):
        passwords.change(caller(user), OLD, NEW)

    assert sign_in("the first new password")
