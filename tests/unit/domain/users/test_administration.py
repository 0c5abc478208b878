"""What whoever runs the servers may do to their users."""

import pytest

from tests.fakes.passwords import FakeHasher
from tests.fakes.storage import FakeStorage
from tests.given import a_national_id, a_token, change_user
from timetrack.domain.errors import PasswordUnfitError, UserAlreadyExistsError, UserNotFoundError
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import Profile, User, UserChange
from timetrack.domain.services.administration import Administration
from timetrack.domain.services.authentication import PasswordAuthentication

PASSWORD = "correct horse"  # noqa: S105 - an example


@pytest.fixture
def administration(storage: FakeStorage, hasher: FakeHasher) -> Administration:
    return Administration(storage, hasher)


@pytest.fixture
def authentication(storage: FakeStorage, hasher: FakeHasher) -> PasswordAuthentication:
    return PasswordAuthentication(storage, hasher, TokenLifetime(absolute=60, idle=60))


def test_an_admin_is_made_of_nobody_first_or_not(
    administration: Administration, authentication: PasswordAuthentication
) -> None:
    for national_id in (a_national_id(), a_national_id()):
        user = administration.create_admin(national_id, PASSWORD)

        assert (user.role, user.profile) == (Role.ADMIN, Profile.PENDING)
        token = authentication.sign_in(str(national_id), PASSWORD).token
        assert authentication.authenticate(token).role is Role.ADMIN


def test_nobody_who_is_registered_becomes_admin(administration: Administration, member: User) -> None:
    with pytest.raises(UserAlreadyExistsError):
        administration.create_admin(member.national_id, PASSWORD)


@pytest.mark.parametrize("active", [True, False])
def test_a_password_is_reset_whatever_it_was_and_all_tokens_end(
    *, active: bool, administration: Administration, storage: FakeStorage, hasher: FakeHasher, member: User
) -> None:
    a_token(storage, member, b"a token")
    change_user(storage, member.id, UserChange(active=active))

    assert administration.reset_password(member.national_id, PASSWORD).id == member.id

    change_user(storage, member.id, UserChange(active=True))
    credentials = storage.users.credentials(member.national_id)
    assert credentials is not None
    assert hasher.matches(PASSWORD, credentials.password_hash)
    assert storage.tokens.caller(b"a token") is None


def test_who_is_not_there_has_no_password_to_reset(administration: Administration) -> None:
    with pytest.raises(UserNotFoundError):
        administration.reset_password(a_national_id(), PASSWORD)


@pytest.mark.parametrize("password", ["", "7 chars", "x" * 129, "with\0nul inside"])
def test_what_is_no_password_changes_nothing(administration: Administration, member: User, password: str) -> None:
    with pytest.raises(PasswordUnfitError):
        administration.create_admin(a_national_id(), password)
    with pytest.raises(PasswordUnfitError):
        administration.reset_password(member.national_id, password)


def test_an_admin_made_so_leaves_a_trace(administration: Administration, member: User) -> None:  # noqa: ARG001 - comes first
    before = len(administration.role_changes())

    user = administration.create_admin(a_national_id(), PASSWORD)

    (change,) = administration.role_changes()[before:]
    assert (change.user_id, change.old_role, change.new_role, change.changed_by) == (
        user.id,
        Role.MEMBER,
        Role.ADMIN,
        None,
    )
