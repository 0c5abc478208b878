"""Permissions: one table, which reads like the one in the documentation.

Every caller may do everything with what is their own, except what only admins do: give a role, let somebody leave.
"""

from enum import Enum

from timetrack.domain.errors import NotAllowedError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.roles import Role

_MANAGER = frozenset({Role.MANAGER, Role.ADMIN})
_ADMIN = frozenset({Role.ADMIN})


class Permission(Enum):
    """The actions on what belongs to another user, each with the roles that may do it."""

    SEE_PRIVATE_MEMBERS = "national ID and address of others", _MANAGER
    CHANGE_USER = "update, delete others' user record", _ADMIN
    CHANGE_TASK = "update, delete others' tasks", _MANAGER
    SEE_TIME = "others' time entries and reports", _MANAGER
    CHANGE_TIME = "others' time entries, changed", _ADMIN

    def __init__(self, meaning: str, roles: frozenset[Role]) -> None:
        self.meaning = meaning
        self.roles = roles

    def granted(self, caller: Caller, owner: UserId) -> bool:
        """Return whether the caller may do it with what is the owner's."""
        return caller.user_id == owner or caller.role in self.roles

    def require(self, caller: Caller, owner: UserId) -> None:
        """Let only a caller pass who may do it with what is the owner's.

        Raises:
            NotAllowedError: the caller may not.
        """
        if not self.granted(caller, owner):
            raise NotAllowedError


def require_admin(caller: Caller) -> None:
    """Let only an admin pass; what is one's own is no exception.

    Raises:
        NotAllowedError: the caller is no admin.
    """
    if caller.role is not Role.ADMIN:
        raise NotAllowedError
