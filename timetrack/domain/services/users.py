"""Registering, finding, changing and erasing users."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from timetrack.domain.errors import (
    LastAdminError,
    NationalIdMalformedError,
    PeopleInfoUnavailableError,
    TokenMissingError,
    TooManyRegistrationsError,
    UserNotFoundError,
)
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import Permission, require_admin
from timetrack.domain.model.access.sign_ins import registration_limits
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import NewUser, User, UserChange, UserFilter
from timetrack.domain.model.versions import UNCONDITIONAL, Precondition
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage, Stores
from timetrack.domain.ports.users.people import PeopleInfo
from timetrack.domain.services.callers import caller_now, lock_user

_NOBODYS_PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenUser:
    """A user as a caller sees them; unless `in_full`, the national ID is masked and the address withheld."""

    user: User
    in_full: bool

    @property
    def national_id(self) -> str:
        """The national ID, as far as the caller may see it."""
        return str(self.user.national_id) if self.in_full else self.user.national_id.masked

    @property
    def address(self) -> str | None:
        """The address, if the caller may see it."""
        return self.user.address if self.in_full else None


def seen(user: User, caller: Caller) -> SeenUser:
    """Return the user as the caller sees them."""
    return SeenUser(user=user, in_full=Permission.SEE_PRIVATE_MEMBERS.granted(caller, user.id))


def anonymous() -> NoReturn:
    """Refuse a caller who has not signed in.

    Raises:
        TokenMissingError: always.
    """
    raise TokenMissingError


@dataclass(frozen=True, slots=True)
class Users:
    """The operations on users; unless `registration_open`, only admins register them.

    `registrations_per_address` are let in at once from an address, where no admin registers; 0 is any number.
    """

    storage: Storage
    people: PeopleInfo
    hasher: PasswordHasher
    registration_open: bool = True
    registrations_per_address: int = 60

    def register(
        self,
        national_id: NationalId,
        password: str | None,
        authenticate: Callable[[], Caller] = anonymous,
        address: str | None = None,
    ) -> SeenUser:
        """Register a user, with names and address if people-info answers.

        Where registration is closed, `authenticate` has to return an admin, except for the first user ever, who
        becomes one. `address` is where the request comes from. Without a password nobody can sign in by one before an
        admin has it reset.

        Raises:
            UnauthenticatedError, NotAllowedError: registration is closed, and the caller is no admin.
            TooManyRegistrationsError: too many came from this address.
            PersonUnknownError: people-info says that there is no such person.
            UserAlreadyExistsError: the national ID is registered.
        """
        admin = None if self.registration_open else self._admin(authenticate)
        has_to_be_first = not self.registration_open and admin is None
        if admin is None:
            self._count(address)
        person = self._find(national_id)
        password_hash = self.hasher.hash(password or secrets.token_urlsafe(_NOBODYS_PASSWORD_BYTES))
        new = NewUser(national_id=national_id, password_hash=password_hash, person=person)
        with self.storage.transaction(None) as stores:
            # Once more, as people-info and the hash take their time; and before the ID, which may be taken.
            if admin is not None:
                require_admin(caller_now(stores, admin))
            if has_to_be_first and stores.users.any_ever_registered():
                raise TokenMissingError
            user = stores.users.add(new)
            if has_to_be_first and user.role is not Role.ADMIN:
                # Somebody else was first, between the question and now.
                raise TokenMissingError
            return SeenUser(user=user, in_full=True)

    def require_registration(self, national_id: NationalId, authenticate: Callable[[], Caller]) -> None:
        """Let only those pass who may register this user, or have done so.

        Raises:
            UnauthenticatedError, NotAllowedError: registration is closed, and the caller is no admin.
        """
        if not self.registration_open and not self.storage.users.is_first(national_id):
            require_admin(authenticate())

    def require_change(self, caller: Caller, user_id: UserId) -> None:
        """Let only those pass who may change a user.

        Raises:
            NotAllowedError: the caller may not.
        """
        Permission.CHANGE_USER.require(caller, user_id)

    def _admin(self, authenticate: Callable[[], Caller]) -> Caller | None:
        """Return the admin who registers a user; None for the first user ever, who needs none."""
        if not self.storage.users.any_ever_registered():
            return None
        admin = authenticate()
        require_admin(admin)
        return admin

    def _count(self, address: str | None) -> None:
        """Count a registration from the address, whatever becomes of it: people-info and a hash are what it costs.

        Of those that come at the same moment a few too many may be let in.
        """
        limits = registration_limits(address, self.registrations_per_address)
        if not limits:
            return
        if wait := self.storage.failed_sign_ins.seconds_to_wait(limits):
            raise TooManyRegistrationsError(wait)
        self.storage.failed_sign_ins.add(limits)

    def _find(self, national_id: NationalId) -> Person | None:
        try:
            return self.people.find(national_id)
        except PeopleInfoUnavailableError:
            return None

    def get(self, caller: Caller, user_id: UserId) -> SeenUser:
        """Return a user.

        Raises:
            UserNotFoundError: there is none of this id.
        """
        return seen(self.storage.users.get(user_id), caller)

    def list(self, caller: Caller, filters: UserFilter, page: PageRequest) -> Page[SeenUser]:
        """Return users by ascending id; a filter finds nothing that the caller may not see."""
        found = self.storage.users.list(_visible(filters, caller), page)
        return Page(items=[seen(user, caller) for user in found.items], next_after=found.next_after)

    def change(
        self, caller: Caller, user_id: UserId, change: UserChange, expected: Precondition = UNCONDITIONAL
    ) -> SeenUser:
        """Change some members of a user; one who leaves has no tokens and no running timers any more.

        Raises:
            NotAllowedError: the caller may not change this user, or not what only admins change.
            UserNotFoundError: there is none of this id.
            VersionMismatchError: the user has another version than expected.
            UnknownTimeZoneError: there is no such time zone.
            LastAdminError: nobody would be admin.
            PersonUnknownError: people-info says that nobody has this national ID.
            UserAlreadyExistsError: another user has this national ID.
        """
        Permission.CHANGE_USER.require(caller, user_id)
        person = self._corrected(caller, user_id, change.national_id)
        with self.storage.transaction(caller) as stores:
            user, now = _lock(stores, caller, user_id, demotes=change.may_demote)
            expected.check(user.version)
            changed = user.changed(change, person)
            if _admins_members(changed) != _admins_members(user):
                require_admin(now)
            if not changed.active:
                _end_all(stores, user_id)
            return seen(stores.users.save(changed), now)

    def _corrected(self, caller: Caller, user_id: UserId, national_id: NationalId | None) -> Person | None:
        """Return who has the national ID that an admin gives a user, if it is another one and people-info answers."""
        if national_id is None:
            return None
        try:
            present = self.storage.users.get(user_id).national_id
        except UserNotFoundError:
            return None  # what that means, the transaction decides
        if national_id == present:
            return None
        require_admin(caller)
        return self._find(national_id)

    def erase(self, caller: Caller, user_id: UserId, expected: Precondition = UNCONDITIONAL) -> None:
        """Erase a person: stop their timers, end their tokens, forget who they were; the hours stay.

        Raises:
            NotAllowedError: the caller may not.
            UserNotFoundError: there is none of this id.
            VersionMismatchError: the user has another version than expected.
            LastAdminError: nobody would be admin.
        """
        Permission.CHANGE_USER.require(caller, user_id)
        with self.storage.transaction(caller) as stores:
            user, _ = _lock(stores, caller, user_id, demotes=True)
            expected.check(user.version)
            _end_all(stores, user_id)
            stores.users.erase(user_id)


def _admins_members(user: User) -> tuple[object, ...]:
    """Return what only admins change."""
    return user.role, user.active, user.national_id


def _end_all(stores: Stores, user_id: UserId) -> None:
    """End the timers, tokens and password resets of a locked user."""
    stores.time_entries.stop_all_of_user(user_id)
    stores.tokens.revoke_all_of(user_id)
    stores.password_resets.end_of(user_id)


def _lock(stores: Stores, caller: Caller, user_id: UserId, *, demotes: bool) -> tuple[User, Caller]:
    """Return the locked user and the caller, who may change them; who `demotes` them does not take the last admin."""
    # Admins first: two of them that leave at once would otherwise each see the other one stay.
    admins = stores.users.lock_admins() if demotes else frozenset[UserId]()
    user, now = lock_user(stores, caller, user_id)
    Permission.CHANGE_USER.require(now, user_id)
    if admins == {user_id}:
        raise LastAdminError
    return user, now


def _visible(filters: UserFilter, caller: Caller) -> UserFilter:
    """Return a filter that gives nothing private away: by private members one finds only whom one sees in full."""
    filters = replace(filters, national_id=_canonical(filters.national_id))
    private = filters.national_id is not None or filters.address is not None
    if private and caller.role not in Permission.SEE_PRIVATE_MEMBERS.roles:
        return replace(filters, only=caller.user_id)
    return filters


def _canonical(national_id: str | None) -> str | None:
    """Return a whole national ID in its one spelling, and a part of one as it is."""
    try:
        return None if national_id is None else str(NationalId.parse(national_id))
    except NationalIdMalformedError:
        return national_id
