"""Administration of users from the command line, by whoever runs the servers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from timetrack.domain.errors import PasswordUnfitError, UserNotFoundError
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role, RoleChange
from timetrack.domain.model.users.users import NewUser, User, UserFilter
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage

_SHORTEST, _LONGEST = 8, 128


@dataclass(frozen=True, slots=True)
class Administration:
    """The operations that need the database, and no caller."""

    storage: Storage
    hasher: PasswordHasher

    def create_admin(self, national_id: NationalId, password: str) -> User:
        """Register an admin, whose names the servers ask of people-info.

        Raises:
            PasswordUnfitError: it is no password.
            UserAlreadyExistsError: the national ID is registered.
        """
        new = NewUser(national_id=national_id, password_hash=self._hash(password), person=None)
        with self.storage.transaction(None) as stores:
            user = stores.users.lock_exclusive(stores.users.add(new).id)
            return user if user.role is Role.ADMIN else stores.users.save(replace(user, role=Role.ADMIN))

    def reset_password(self, national_id: NationalId, password: str) -> User:
        """Replace a user's password, whatever it was, and end all their tokens.

        Raises:
            PasswordUnfitError: it is no password.
            UserNotFoundError: nobody has this national ID.
        """
        password_hash = self._hash(password)
        found = self.storage.users.list(UserFilter(national_id=str(national_id)), PageRequest(limit=1)).items
        if not found:
            raise UserNotFoundError
        with self.storage.transaction(None) as stores:
            user = stores.users.lock_exclusive(found[0].id)
            stores.users.replace_password(user.id, password_hash)
            stores.tokens.revoke_all_of(user.id)
            stores.password_resets.end_of(user.id)
            return user

    def role_changes(self) -> Sequence[RoleChange]:
        """Return who gave whom which role, in the order of time."""
        return self.storage.users.role_changes()

    def _hash(self, password: str) -> str:
        if not _SHORTEST <= len(password) <= _LONGEST or "\0" in password:
            raise PasswordUnfitError
        return self.hasher.hash(password)
