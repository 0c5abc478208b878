"""The port that stores users."""

from collections.abc import Sequence
from typing import Protocol

from timetrack.domain.model.ids import UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import RoleChange
from timetrack.domain.model.users.users import Credentials, NewUser, Standing, User, UserFilter


class UserStore(Protocol):
    """Users, without those that were erased."""

    def add(self, user: NewUser) -> User:
        """Keep a new user, in a transaction; the first one ever becomes admin, the others members.

        Raises:
            UserAlreadyExistsError: the national ID is registered; of several callers at once, exactly one wins.
        """

    def get(self, user_id: UserId) -> User:
        """Return a user.

        Raises:
            UserNotFoundError: there is none of this id.
        """

    def lock_exclusive(self, user_id: UserId) -> User:
        """Return a user whom, with their timers, no other transaction changes before this one ends.

        Raises:
            UserNotFoundError: there is none of this id.
        """

    def lock_owner(self, user_id: UserId) -> Standing:
        """Lock whoever owns time entries, as lock_exclusive does; return whether they are still there.

        Raises:
            UserNotFoundError: there has never been one of this id.
        """

    def lock_admins(self) -> frozenset[UserId]:
        """Return all active admins; no other transaction gets this lock before this one ends."""

    def list(self, filters: UserFilter, page: PageRequest) -> Page[User]:
        """Return users by ascending id; the key is `(id,)`."""

    def save(self, user: User) -> User:
        """Keep a changed user, whom the transaction has locked, as a new version.

        Raises:
            UserAlreadyExistsError: another user has the national ID.
        """

    def erase(self, user_id: UserId) -> None:
        """Forget the person, and all kept answers to or about them; the id and the hours stay.

        The transaction has locked the user.
        """

    def is_erased(self, user_id: UserId) -> bool:
        """Return whether a user was erased."""

    def time_zone(self, user_id: UserId) -> str:
        """Return a user's time zone, also that of an erased one.

        Raises:
            UserNotFoundError: there has never been one of this id.
        """

    def credentials(self, national_id: NationalId) -> Credentials | None:
        """Return the credentials to check a sign-in against; None if no active user has this ID."""

    def set_password(self, credentials: Credentials, password_hash: str) -> bool:
        """Replace a password; return False, and change nothing, if it is not the one in the credentials any more."""

    def replace_password(self, user_id: UserId, password_hash: str) -> None:
        """Replace the password of a user whom the transaction has locked, whatever it was."""

    def role_changes(self) -> Sequence[RoleChange]:
        """Return all changes of roles in their order, also those of erased users."""

    def is_first(self, national_id: NationalId) -> bool:
        """Return whether this is the national ID of the first user ever, who registered without anybody's leave."""

    def any_ever_registered(self) -> bool:
        """Return whether a user has ever registered, erased ones included."""

    def claim_pending(self) -> User | None:
        """Return a user with a pending profile whose next try is due, and put off the one after; None if none is due.

        No two callers get the same user.
        """
