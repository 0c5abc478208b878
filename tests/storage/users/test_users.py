"""The promises of UserStore but for its lists."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import PERSON, a_national_id, a_new_user, a_user, change_user, erase_user
from tests.racing import race
from timetrack.domain.errors import UserAlreadyExistsError, UserNotFoundError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import Credentials, NewUser, Profile, Standing, User, UserChange
from timetrack.domain.ports.storage import Storage

NOBODY = UserId(999_999)


def add(storage: Storage, new: NewUser) -> User:
    with storage.transaction(None) as stores:
        return stores.users.add(new)


def test_the_first_user_becomes_admin_and_the_others_members(storage: Storage) -> None:
    roles = [a_user(storage).role for _ in range(3)]

    assert roles == [Role.ADMIN, Role.MEMBER, Role.MEMBER]


def test_nobody_becomes_admin_by_coming_after_the_first_one_was_erased(storage: Storage) -> None:
    erase_user(storage, a_user(storage))

    assert a_user(storage).role is Role.MEMBER


def test_a_registration_that_is_rolled_back_was_not_the_first(storage: Storage) -> None:
    def fails() -> None:
        with storage.transaction(None) as stores:
            stores.users.add(a_new_user())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert a_user(storage).role is Role.ADMIN


def test_a_known_person_has_a_complete_profile(storage: Storage, clock: Clock) -> None:
    national_id = a_national_id()

    user = add(storage, a_new_user(PERSON, national_id))

    assert user == User(
        id=user.id,
        national_id=national_id,
        surname="Ivanov",
        name="Ivan",
        patronymic="Ivanovich",
        address="1 Main Street",
        profile=Profile.COMPLETE,
        role=Role.ADMIN,
        active=True,
        time_zone="UTC",
        timers=Timers.SINGLE,
        version=1,
        created_at=clock.now,
        updated_at=clock.now,
    )


def test_a_person_without_a_patronymic_has_none(storage: Storage) -> None:
    user = a_user(storage, person=replace(PERSON, patronymic=None))

    assert storage.users.get(user.id).patronymic is None


def test_a_person_not_known_yet_has_a_pending_profile_without_names(storage: Storage) -> None:
    user = a_user(storage, person=None)

    assert (user.profile, user.surname, user.name, user.patronymic, user.address) == (Profile.PENDING, "", "", None, "")


def test_a_national_id_is_registered_once(storage: Storage) -> None:
    user = a_user(storage)

    with pytest.raises(UserAlreadyExistsError):
        add(storage, a_new_user(national_id=user.national_id))


def test_of_many_registrations_of_one_national_id_exactly_one_wins(storage: Storage) -> None:
    new = a_new_user()

    finish = race(6, lambda _: add(storage, new))

    assert len(finish.won) == 1
    assert [type(refusal) for refusal in finish.lost] == [UserAlreadyExistsError] * 5


def test_of_many_first_registrations_exactly_one_makes_an_admin(storage: Storage) -> None:
    new = [a_new_user() for _ in range(6)]

    finish = race(6, lambda number: add(storage, new[number]))

    assert sorted(user.role for user in finish.won) == [Role.ADMIN] + [Role.MEMBER] * 5


def test_a_user_is_found_by_id(storage: Storage) -> None:
    user = a_user(storage)

    assert storage.users.get(user.id) == user


def test_a_user_who_is_not_there_is_neither_found_nor_locked(storage: Storage) -> None:
    with pytest.raises(UserNotFoundError):
        storage.users.get(NOBODY)
    with pytest.raises(UserNotFoundError), storage.transaction(None) as stores:
        stores.users.lock_exclusive(NOBODY)


def test_a_change_is_kept_as_a_new_version(storage: Storage, clock: Clock) -> None:
    user = a_user(storage)
    clock.advance(timedelta(hours=1))

    changed = change_user(
        storage,
        user.id,
        UserChange(
            surname="Petrov",
            name="Pyotr",
            patronymic="",
            address="2 Side Street",
            time_zone="Europe/Berlin",
            timers=Timers.PARALLEL,
            role=Role.MANAGER,
            active=False,
        ),
    )

    assert changed == User(
        id=user.id,
        national_id=user.national_id,
        surname="Petrov",
        name="Pyotr",
        patronymic=None,
        address="2 Side Street",
        profile=Profile.COMPLETE,
        role=Role.MANAGER,
        active=False,
        time_zone="Europe/Berlin",
        timers=Timers.PARALLEL,
        version=2,
        created_at=user.created_at,
        updated_at=clock.now,
    )
    assert storage.users.get(user.id) == changed


def test_another_national_id_is_kept_and_the_profile_asked_for_at_once(storage: Storage) -> None:
    user, right = a_user(storage, person=None), a_national_id()
    tried = storage.users.claim_pending()
    put_off = storage.users.claim_pending()

    change_user(storage, user.id, UserChange(national_id=right))
    claimed = storage.users.claim_pending()

    assert tried is not None
    assert put_off is None
    assert claimed is not None
    assert (claimed.national_id, storage.users.get(user.id).national_id) == (right, right)


def test_a_change_of_anything_else_leaves_the_next_try_where_it_is(storage: Storage) -> None:
    user = a_user(storage, person=None)
    storage.users.claim_pending()

    change_user(storage, user.id, UserChange(time_zone="Europe/Berlin"))

    assert storage.users.claim_pending() is None


def test_a_national_id_that_somebody_has_is_refused(storage: Storage) -> None:
    user, other = a_user(storage), a_user(storage)

    with pytest.raises(UserAlreadyExistsError):
        change_user(storage, user.id, UserChange(national_id=other.national_id))

    assert storage.users.get(user.id) == user


def test_a_locked_user_is_changed_by_nobody_else(storage: Storage) -> None:
    user = a_user(storage, UserChange(surname="-"))

    def lengthen(_: int) -> None:
        with storage.transaction(None) as stores:
            locked = stores.users.lock_exclusive(user.id)
            stores.users.save(replace(locked, surname=f"{locked.surname}-"))

    race(6, lengthen)

    assert storage.users.get(user.id).surname == "-" * 7


def test_the_owner_of_hours_is_locked_also_when_they_were_erased(storage: Storage) -> None:
    a_user(storage)
    user, left, erased = a_user(storage), a_user(storage, UserChange(active=False)), a_user(storage)
    erase_user(storage, erased)

    with storage.transaction(None) as stores:
        standings = [stores.users.lock_owner(each.id) for each in (user, left, erased)]
    assert standings == [Standing.ACTIVE, Standing.LEFT, Standing.ERASED]
    with pytest.raises(UserNotFoundError), storage.transaction(None) as stores:
        stores.users.lock_owner(NOBODY)


def test_a_locked_owner_is_changed_by_nobody_else(storage: Storage) -> None:
    user = a_user(storage, UserChange(surname="-"))

    def lengthen(_: int) -> None:
        with storage.transaction(None) as stores:
            stores.users.lock_owner(user.id)
            present = stores.users.get(user.id)
            stores.users.save(replace(present, surname=f"{present.surname}-"))

    race(6, lengthen)

    assert storage.users.get(user.id).surname == "-" * 7


def test_the_admins_are_those_who_have_the_role_and_have_not_left(storage: Storage) -> None:
    first, second, third = a_user(storage), a_user(storage), a_user(storage, UserChange(role=Role.ADMIN))
    a_user(storage, UserChange(role=Role.ADMIN, active=False))
    change_user(storage, second.id, UserChange(role=Role.MANAGER))
    erase_user(storage, first)

    with storage.transaction(None) as stores:
        assert stores.users.lock_admins() == {third.id}


def test_of_many_who_lock_the_admins_each_sees_what_the_one_before_has_done(storage: Storage) -> None:
    admins = [a_user(storage, UserChange(role=Role.ADMIN)) for _ in range(4)]

    def leave_unless_last(number: int) -> None:
        with storage.transaction(None) as stores:
            if len(stores.users.lock_admins()) > 1:
                stores.users.save(replace(stores.users.lock_exclusive(admins[number].id), role=Role.MEMBER))

    race(4, leave_unless_last)

    assert sum(storage.users.get(admin.id).role is Role.ADMIN for admin in admins) == 1


def test_an_erased_user_is_nowhere_found(storage: Storage) -> None:
    user = a_user(storage)

    erase_user(storage, user)

    with pytest.raises(UserNotFoundError):
        storage.users.get(user.id)
    with pytest.raises(UserNotFoundError), storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
    assert storage.users.credentials(user.national_id) is None


def test_the_national_id_of_an_erased_user_may_register_again_as_somebody_else(storage: Storage) -> None:
    user = a_user(storage)
    erase_user(storage, user)

    again = add(storage, a_new_user(national_id=user.national_id))

    assert again.id != user.id


def test_the_time_zone_of_a_user_stays_known_when_they_are_erased(storage: Storage) -> None:
    user = a_user(storage, UserChange(time_zone="Asia/Tokyo"))
    before = storage.users.time_zone(user.id)

    erase_user(storage, user)

    assert (before, storage.users.time_zone(user.id)) == ("Asia/Tokyo", "Asia/Tokyo")


def test_the_first_user_ever_is_known_by_their_national_id(storage: Storage) -> None:
    stranger = a_national_id()
    assert not storage.users.is_first(stranger)

    first, second = a_user(storage), a_user(storage)

    known = [storage.users.is_first(each) for each in (first.national_id, second.national_id, stranger)]
    assert known == [True, False, False]


def test_who_never_was_has_no_time_zone(storage: Storage) -> None:
    with pytest.raises(UserNotFoundError):
        storage.users.time_zone(NOBODY)


def test_credentials_are_found_by_national_id(storage: Storage) -> None:
    new = a_new_user()
    user = add(storage, new)

    found = storage.users.credentials(new.national_id)

    assert found == Credentials(user_id=user.id, password_hash=new.password_hash)


def test_who_has_left_has_no_credentials_until_they_are_back(storage: Storage) -> None:
    user = a_user(storage, UserChange(active=False))
    gone = storage.users.credentials(user.national_id)

    change_user(storage, user.id, UserChange(active=True))

    assert gone is None
    assert storage.users.credentials(user.national_id) is not None


def test_nobody_has_an_unregistered_national_id(storage: Storage) -> None:
    a_user(storage)

    assert storage.users.credentials(NationalId("9999", "999999")) is None
