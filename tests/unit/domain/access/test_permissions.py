"""The table of who may do what."""

import pytest

from timetrack.domain.errors import NotAllowedError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import Permission, require_admin
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.roles import Role

CALLER = UserId(1)
ANOTHER = UserId(2)

MEMBER, MANAGER, ADMIN = (Caller(user_id=CALLER, role=role) for role in Role)

TABLE = {
    Permission.SEE_PRIVATE_MEMBERS: (False, True, True),
    Permission.CHANGE_USER: (False, False, True),
    Permission.CHANGE_TASK: (False, True, True),
    Permission.SEE_TIME: (False, True, True),
    Permission.CHANGE_TIME: (False, False, True),
}


def test_the_table_names_every_permission() -> None:
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_what_belongs_to_others_needs_a_role(permission: Permission) -> None:
    granted = tuple(permission.granted(caller, ANOTHER) for caller in (MEMBER, MANAGER, ADMIN))

    assert granted == TABLE[permission]


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("caller", [MEMBER, MANAGER, ADMIN])
def test_what_is_ones_own_needs_none(permission: Permission, caller: Caller) -> None:
    permission.require(caller, CALLER)

    assert permission.granted(caller, CALLER)


def test_who_may_not_is_refused() -> None:
    with pytest.raises(NotAllowedError):
        Permission.CHANGE_USER.require(MANAGER, ANOTHER)


@pytest.mark.parametrize("caller", [MEMBER, MANAGER])
def test_nobody_but_an_admin_is_an_admin(caller: Caller) -> None:
    require_admin(ADMIN)

    with pytest.raises(NotAllowedError):
        require_admin(caller)
