"""Users in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg import errors

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.adapters.postgres.stores.patterns import containing
from timetrack.domain.errors import UserAlreadyExistsError, UserNotFoundError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role, RoleChange
from timetrack.domain.model.users.users import Credentials, NewUser, Profile, Standing, User, UserFilter

_SQL = load("users")


class PostgresUsers:
    """See UserStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: NewUser) -> User:
        """See UserStore.add."""
        with _translating_taken_ids():
            added = self._session.required(_SQL["add"], _new(user), _user)
        return self._session.one(_SQL["promote_first"], {"id": added.id}, _user) or added

    def get(self, user_id: UserId) -> User:
        """See UserStore.get."""
        return _found(self._session.find(_SQL["get"], user_id, _user))

    def lock_exclusive(self, user_id: UserId) -> User:
        """See UserStore.lock_exclusive."""
        return _found(self._session.one(_SQL["lock_exclusive"], {"id": user_id}, _user))

    def lock_owner(self, user_id: UserId) -> Standing:
        """See UserStore.lock_owner."""
        standing = self._session.one(_SQL["lock_owner"], {"id": user_id}, _standing)
        if standing is None:
            raise UserNotFoundError
        return standing

    def lock_admins(self) -> frozenset[UserId]:
        """See UserStore.lock_admins."""
        self._session.run(_SQL["lock_admins"], {})
        return frozenset(self._session.all(_SQL["admins"], {}, _id))

    def list(self, filters: UserFilter, page: PageRequest) -> Page[User]:
        """See UserStore.list."""
        parameters = {
            "national_id": containing(filters.national_id),
            "surname": containing(filters.surname),
            "name": containing(filters.name),
            "patronymic": containing(filters.patronymic),
            "address": containing(filters.address),
            "active": filters.active,
            "only": filters.only,
            "after": page.after[0] if page.after else 0,
            "limit": page.limit + 1,
        }
        users = self._session.all(_SQL["list"], parameters, _user)
        return Page.cut(users, page.limit, lambda user: (user.id,))

    def save(self, user: User) -> User:
        """See UserStore.save."""
        parameters = {
            "id": user.id,
            "national_id": str(user.national_id),
            "surname": user.surname,
            "name": user.name,
            "patronymic": user.patronymic,
            "address": user.address,
            "profile": user.profile,
            "role": user.role,
            "active": user.active,
            "time_zone": user.time_zone,
            "timers": user.timers,
        }
        with _translating_taken_ids():
            return _found(self._session.one(_SQL["save"], parameters, _user))

    def erase(self, user_id: UserId) -> None:
        """See UserStore.erase."""
        self._session.run(_SQL["erase"], {"id": user_id})
        self._session.run(_SQL["erase_kept_answers"], {"id": user_id})

    def is_erased(self, user_id: UserId) -> bool:
        """See UserStore.is_erased."""
        return self._session.find(_SQL["is_erased"], user_id, _erased) or False

    def time_zone(self, user_id: UserId) -> str:
        """See UserStore.time_zone."""
        found = self._session.find(_SQL["time_zone"], user_id, _time_zone)
        if found is None:
            raise UserNotFoundError
        return found

    def credentials(self, national_id: NationalId) -> Credentials | None:
        """See UserStore.credentials."""
        return self._session.one(_SQL["credentials"], {"national_id": str(national_id)}, Credentials)

    def set_password(self, credentials: Credentials, password_hash: str) -> bool:
        """See UserStore.set_password."""
        parameters = {"user_id": credentials.user_id, "password_hash": credentials.password_hash, "new": password_hash}
        return self._session.one(_SQL["set_password"], parameters, _id) is not None

    def replace_password(self, user_id: UserId, password_hash: str) -> None:
        """See UserStore.replace_password."""
        self._session.run(_SQL["replace_password"], {"id": user_id, "password_hash": password_hash})

    def role_changes(self) -> Sequence[RoleChange]:
        """See UserStore.role_changes."""
        return self._session.all(_SQL["role_changes"], {}, _role_change)

    def is_first(self, national_id: NationalId) -> bool:
        """See UserStore.is_first."""
        return self._session.one(_SQL["is_first"], {"national_id": str(national_id)}, _id) is not None

    def any_ever_registered(self) -> bool:
        """See UserStore.any_ever_registered."""
        return self._session.one(_SQL["any_ever_registered"], {}, _anybody) or False

    def claim_pending(self) -> User | None:
        """See UserStore.claim_pending."""
        return self._session.one(_SQL["claim_pending"], {}, _user)


@contextmanager
def _translating_taken_ids() -> Iterator[None]:
    try:
        yield
    except errors.UniqueViolation as error:
        if error.diag.constraint_name == "users_national_id_key":
            raise UserAlreadyExistsError from error
        raise


def _new(user: NewUser) -> dict[str, object]:
    person = user.person
    return {
        "national_id": str(user.national_id),
        "password_hash": user.password_hash,
        "surname": person.surname if person else "",
        "name": person.name if person else "",
        "patronymic": person.patronymic if person else None,
        "address": person.address if person else "",
        "profile": Profile.COMPLETE if person else Profile.PENDING,
    }


def _user(  # noqa: PLR0913 - a row's columns
    *,
    national_id: str,
    profile: str,
    role: str,
    timers: str,
    created_at: datetime,
    updated_at: datetime,
    **rest: Any,  # noqa: ANN401
) -> User:
    return User(
        national_id=NationalId.parse(national_id),
        profile=Profile(profile),
        role=Role(role),
        timers=Timers(timers),
        created_at=created_at,
        updated_at=updated_at,
        **rest,
    )


def _role_change(*, old_role: str, new_role: str, **rest: Any) -> RoleChange:  # noqa: ANN401 - a row's columns
    return RoleChange(old_role=Role(old_role), new_role=Role(new_role), **rest)


def _id(*, id: int) -> UserId:
    return UserId(id)


def _standing(*, standing: str) -> Standing:
    return Standing(standing)


def _erased(*, erased: bool) -> bool:
    return erased


def _anybody(*, anybody: bool) -> bool:
    return anybody


def _time_zone(*, time_zone: str) -> str:
    return time_zone


def _found(user: User | None) -> User:
    if user is None:
        raise UserNotFoundError
    return user
