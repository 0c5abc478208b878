"""The promises of UserStore.role_changes."""

from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_user, caller, change_user, erase_user
from timetrack.domain.model.users.roles import Role, RoleChange
from timetrack.domain.model.users.users import UserChange
from timetrack.domain.ports.storage import Storage


def test_the_first_admin_is_the_first_trace(storage: Storage, clock: Clock) -> None:
    first = a_user(storage)
    a_user(storage)

    assert storage.users.role_changes() == [
        RoleChange(
            user_id=first.id,
            old_role=Role.MEMBER,
            new_role=Role.ADMIN,
            changed_at=clock.now,
            changed_by=None,
            token_id=None,
            request_id=None,
        )
    ]


def test_a_change_of_a_role_tells_who_did_it_and_stays_when_the_user_is_erased(storage: Storage, clock: Clock) -> None:
    admin, user = a_user(storage), a_user(storage)
    clock.advance(timedelta(hours=1))

    with storage.transaction(caller(admin, "the request")) as stores:
        stores.users.save(stores.users.lock_exclusive(user.id).changed(UserChange(role=Role.MANAGER)))
    erase_user(storage, user)

    assert storage.users.role_changes()[1:] == [
        RoleChange(
            user_id=user.id,
            old_role=Role.MEMBER,
            new_role=Role.MANAGER,
            changed_at=clock.now,
            changed_by=admin.id,
            token_id=None,
            request_id="the request",
        )
    ]


def test_a_change_of_anything_else_leaves_no_trace(storage: Storage) -> None:
    user = a_user(storage)
    before = storage.users.role_changes()

    change_user(storage, user.id, UserChange(surname="Petrov", role=Role.ADMIN, active=False))

    assert storage.users.role_changes() == before


def test_a_change_that_is_rolled_back_leaves_no_trace(storage: Storage) -> None:
    user = a_user(storage)

    def fails() -> None:
        with storage.transaction(None) as stores:
            stores.users.save(stores.users.lock_exclusive(user.id).changed(UserChange(role=Role.MEMBER)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert len(storage.users.role_changes()) == 1
