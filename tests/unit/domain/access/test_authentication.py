"""Signing in, and telling who holds a token: in both modes."""

from datetime import timedelta

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, erase_user
from timetrack.domain.errors import CredentialsInvalidError, SignInBusyError, TokenInvalidError, TooManySignInsError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.users.users import User
from timetrack.domain.services.authentication import DemoAuthentication, IssuedToken, PasswordAuthentication
from timetrack.domain.services.users import Users

LIFETIME = 3600
IDLE = 1200
PASSWORD = "a password"  # noqa: S105 - an example


@pytest.fixture
def user(users: Users) -> User:
    return users.register(a_national_id(), PASSWORD).user


@pytest.fixture
def by_password(storage: FakeStorage, hasher: FakeHasher) -> PasswordAuthentication:
    return PasswordAuthentication(storage, hasher, TokenLifetime(absolute=LIFETIME, idle=IDLE))


@pytest.fixture
def demo(storage: FakeStorage) -> DemoAuthentication:
    return DemoAuthentication(storage, LIFETIME)


@pytest.mark.parametrize("joint", [" ", "-", ""])
def test_who_knows_the_password_gets_a_token_that_tells_who_they_are(
    by_password: PasswordAuthentication, user: User, joint: str
) -> None:
    issued = by_password.sign_in(f"{user.national_id.series}{joint}{user.national_id.number}", PASSWORD)

    holder = by_password.authenticate(issued.token)
    assert (holder.user_id, holder.role, issued.lifetime) == (user.id, user.role, LIFETIME)
    assert holder.token_id is not None


def test_a_token_is_long_random_and_marked_as_ours(by_password: PasswordAuthentication, user: User) -> None:
    tokens = {by_password.sign_in(str(user.national_id), PASSWORD).token for _ in range(3)}

    assert len(tokens) == 3
    assert {(token[:3], len(token)) for token in tokens} == {("tt_", 46)}


def test_the_token_itself_is_not_kept(by_password: PasswordAuthentication, storage: FakeStorage, user: User) -> None:
    issued = by_password.sign_in(str(user.national_id), PASSWORD)

    assert storage.tokens.caller(issued.token.encode()) is None


def test_a_token_does_not_show_in_a_log_or_a_traceback() -> None:
    assert repr(IssuedToken(token="tt_secret", lifetime=60)) == "IssuedToken(lifetime=60)"  # noqa: S106 - an example


@pytest.mark.parametrize("password", ["", "another", PASSWORD.upper(), f"{PASSWORD} "])
def test_a_wrong_password_is_refused(by_password: PasswordAuthentication, user: User, password: str) -> None:
    with pytest.raises(CredentialsInvalidError):
        by_password.sign_in(str(user.national_id), password)


@pytest.mark.parametrize("username", ["9999 999999", "", "no national ID"])
def test_an_unknown_user_is_refused_in_the_same_way_and_costs_the_same_check(
    by_password: PasswordAuthentication, hasher: FakeHasher, username: str
) -> None:
    with pytest.raises(CredentialsInvalidError):
        by_password.sign_in(username, PASSWORD)

    assert hasher.checks == 1


def test_an_erased_user_cannot_sign_in(by_password: PasswordAuthentication, storage: FakeStorage, user: User) -> None:
    erase_user(storage, user)

    with pytest.raises(CredentialsInvalidError):
        by_password.sign_in(str(user.national_id), PASSWORD)


def test_too_many_sign_ins_are_told_so(by_password: PasswordAuthentication, hasher: FakeHasher, user: User) -> None:
    hasher.busy = True

    with pytest.raises(SignInBusyError):
        by_password.sign_in(str(user.national_id), PASSWORD)


@pytest.mark.parametrize("token", ["", "tt_", "tt_unknown", "1", "ключ"])
def test_an_unknown_token_is_refused(by_password: PasswordAuthentication, user: User, token: str) -> None:
    by_password.sign_in(str(user.national_id), PASSWORD)

    with pytest.raises(TokenInvalidError):
        by_password.authenticate(token)


def test_an_expired_token_is_refused(by_password: PasswordAuthentication, storage: FakeStorage, user: User) -> None:
    issued = by_password.sign_in(str(user.national_id), PASSWORD)

    storage.clock.advance(timedelta(seconds=LIFETIME))

    with pytest.raises(TokenInvalidError):
        by_password.authenticate(issued.token)


def test_an_idle_token_is_refused(by_password: PasswordAuthentication, storage: FakeStorage, user: User) -> None:
    issued = by_password.sign_in(str(user.national_id), PASSWORD)

    storage.clock.advance(timedelta(seconds=IDLE))

    with pytest.raises(TokenInvalidError):
        by_password.authenticate(issued.token)


def test_a_revoked_token_is_refused(by_password: PasswordAuthentication, user: User) -> None:
    issued = by_password.sign_in(str(user.national_id), PASSWORD)

    by_password.revoke(issued.token)

    with pytest.raises(TokenInvalidError):
        by_password.authenticate(issued.token)


def test_a_password_that_is_changed_while_it_is_checked_gives_no_token(
    storage: FakeStorage, by_password: PasswordAuthentication, hasher: FakeHasher, user: User
) -> None:
    def change() -> None:
        credentials = storage.users.credentials(user.national_id)
        assert credentials is not None
        storage.users.set_password(credentials, hasher.hash("another password"))

    hasher.meanwhile = change

    with pytest.raises(CredentialsInvalidError):
        by_password.sign_in(str(user.national_id), PASSWORD)


def test_after_ten_failures_an_account_has_to_wait_whoever_asks_and_however_it_is_spelled(
    by_password: PasswordAuthentication, hasher: FakeHasher, user: User
) -> None:
    for number in range(10):
        fail(by_password, str(user.national_id), f"192.0.2.{number}")
    checks = hasher.checks

    with pytest.raises(TooManySignInsError) as refused:
        by_password.sign_in(str(user.national_id).replace(" ", "-"), PASSWORD, "192.0.2.99")

    assert refused.value.retry_after == 90
    assert hasher.checks == checks


def test_an_unknown_account_has_to_wait_alike(by_password: PasswordAuthentication) -> None:
    for number in range(10):
        fail(by_password, "9999 999999", f"192.0.2.{number}")

    with pytest.raises(TooManySignInsError):
        by_password.sign_in("9999 999999", PASSWORD)


@pytest.mark.parametrize(
    ("one", "another"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::ffff"), ("192.0.2.1", "::ffff:192.0.2.1")],
)
def test_after_a_hundred_failures_an_address_has_to_wait(
    by_password: PasswordAuthentication, user: User, one: str, another: str
) -> None:
    for number in range(100):
        fail(by_password, f"9999 {number:06}", one)

    with pytest.raises(TooManySignInsError):
        by_password.sign_in(str(user.national_id), PASSWORD, another)


@pytest.mark.parametrize("other", ["192.0.2.2", "2001:db8:0:1::1", "testclient", None])
def test_the_failures_from_one_address_leave_others_alone(
    by_password: PasswordAuthentication, user: User, other: str | None
) -> None:
    for number in range(100):
        fail(by_password, f"9999 {number:06}", "2001:db8::1")

    assert by_password.sign_in(str(user.national_id), PASSWORD, other).token


def test_successful_sign_ins_are_not_limited(by_password: PasswordAuthentication, user: User) -> None:
    fail(by_password, str(user.national_id), "192.0.2.1")

    tokens = {by_password.sign_in(str(user.national_id), PASSWORD, "192.0.2.1").token for _ in range(200)}

    assert len(tokens) == 200


def fail(authentication: PasswordAuthentication, username: str, address: str) -> None:
    with pytest.raises(CredentialsInvalidError):
        authentication.sign_in(username, "a wrong one", address)


@pytest.mark.parametrize("joint", [" ", "-", ""])
def test_in_demo_mode_the_national_id_is_the_password_and_the_users_id_the_token(
    demo: DemoAuthentication, user: User, joint: str
) -> None:
    written = f"{user.national_id.series}{joint}{user.national_id.number}"

    issued = demo.sign_in(str(user.national_id), written)

    assert (issued.token, issued.lifetime) == (str(user.id), LIFETIME)
    assert demo.authenticate(issued.token) == Caller(user_id=user.id, role=user.role)


@pytest.mark.parametrize("password", ["", PASSWORD, "9999 999999"])
def test_in_demo_mode_nothing_else_is_the_password(demo: DemoAuthentication, user: User, password: str) -> None:
    with pytest.raises(CredentialsInvalidError):
        demo.sign_in(str(user.national_id), password)


@pytest.mark.parametrize("username", ["9999 999999", "", "no national ID"])
def test_in_demo_mode_an_unknown_user_is_refused(demo: DemoAuthentication, username: str) -> None:
    with pytest.raises(CredentialsInvalidError):
        demo.sign_in(username, username)


@pytest.mark.parametrize(
    "token", ["", "0", "-1", "+1", "01", " 1", "1\n", "1.0", "²", "٣", "999999", "9" * 19, "9" * 5000]
)
def test_in_demo_mode_what_is_nobodys_id_is_no_token(demo: DemoAuthentication, user: User, token: str) -> None:
    assert user.id < 999_999
    with pytest.raises(TokenInvalidError):
        demo.authenticate(token)


def test_in_demo_mode_there_is_nothing_to_revoke(demo: DemoAuthentication, user: User) -> None:
    demo.revoke(str(user.id))

    assert demo.authenticate(str(user.id)).user_id == user.id


def test_in_demo_mode_the_id_of_an_erased_user_is_no_token(
    demo: DemoAuthentication, storage: FakeStorage, user: User
) -> None:
    erase_user(storage, user)

    with pytest.raises(TokenInvalidError):
        demo.authenticate(str(user.id))
