"""Users in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.fakes.storage import idempotency_keys
from tests.fakes.storage.database import Session
from tests.fakes.storage.searching import contains, page_of
from tests.fakes.storage.state import PendingProfile, State
from timetrack.domain.errors import UserAlreadyExistsError, UserNotFoundError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.lists import Page, PageRequest
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role, RoleChange
from timetrack.domain.model.users.users import Credentials, NewUser, Profile, Standing, User, UserFilter


class FakeUsers:
    """See UserStore."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user: NewUser) -> User:
        """See UserStore.add."""
        with self._session.statement() as state:
            _require_free(state, user.national_id, None)
            nobody_ever = not state.users and not state.erased_users_time_zones
            added = self._new(user, Role.ADMIN if nobody_ever else Role.MEMBER)
            state.users[added.id] = added
            self._note_role(state, replace(added, role=Role.MEMBER), added)
            state.password_hashes[added.id] = user.password_hash
            if added.profile is Profile.PENDING:
                state.pending[added.id] = PendingProfile(attempts=0, next_try_at=added.created_at)
            return added

    def _new(self, user: NewUser, role: Role) -> User:
        person, now = user.person, self._session.database.now
        return User(
            id=UserId(next(self._session.database.ids)),
            national_id=user.national_id,
            surname=person.surname if person else "",
            name=person.name if person else "",
            patronymic=person.patronymic if person else None,
            address=person.address if person else "",
            profile=Profile.COMPLETE if person else Profile.PENDING,
            role=role,
            active=True,
            time_zone="UTC",
            timers=Timers.SINGLE,
            version=1,
            created_at=now,
            updated_at=now,
        )

    def get(self, user_id: UserId) -> User:
        """See UserStore.get."""
        with self._session.statement() as state:
            if user_id not in state.users:
                raise UserNotFoundError
            return state.users[user_id]

    def lock_exclusive(self, user_id: UserId) -> User:
        """See UserStore.lock_exclusive."""
        user = self.get(user_id)
        self._session.lock(("user", user_id))
        return user

    def lock_owner(self, user_id: UserId) -> Standing:
        """See UserStore.lock_owner."""
        self._session.lock(("user", user_id))
        self.time_zone(user_id)  # as strict: whoever has never been there has none
        with self._session.statement() as state:
            if user_id in state.erased_users_time_zones:
                return Standing.ERASED
            return Standing.ACTIVE if state.users[user_id].active else Standing.LEFT

    def lock_admins(self) -> frozenset[UserId]:
        """See UserStore.lock_admins."""
        with self._session.statement() as state:
            return frozenset(user.id for user in state.users.values() if user.role is Role.ADMIN and user.active)

    def list(self, filters: UserFilter, page: PageRequest) -> Page[User]:
        """See UserStore.list."""
        with self._session.statement() as state:
            return page_of([user for user in state.users.values() if _matches(user, filters)], page)

    def save(self, user: User) -> User:
        """See UserStore.save."""
        self._session.require_lock(("user", user.id))
        with self._session.statement() as state:
            kept = state.users[user.id]
            _require_free(state, user.national_id, user.id)
            if user.national_id != kept.national_id:
                state.pending[user.id] = PendingProfile(attempts=0, next_try_at=self._session.database.clock.now)
            saved = replace(
                user,
                version=kept.version + 1,
                created_at=kept.created_at,
                updated_at=self._session.database.now,
            )
            state.users[user.id] = saved
            self._note_role(state, kept, saved)
            return saved

    def _note_role(self, state: State, before: User, after: User) -> None:
        if before.role is not after.role:
            by = self._session.caller
            change = RoleChange(
                user_id=after.id,
                old_role=before.role,
                new_role=after.role,
                changed_at=self._session.database.now,
                changed_by=by.user_id if by else None,
                token_id=by.token_id if by else None,
                request_id=by.request_id if by else None,
            )
            state.role_changes = [*state.role_changes, change]

    def erase(self, user_id: UserId) -> None:
        """See UserStore.erase."""
        self._session.require_lock(("user", user_id))
        with self._session.statement() as state:
            state.erased_users_time_zones[user_id] = state.users.pop(user_id).time_zone
            del state.password_hashes[user_id]
            idempotency_keys.erase(state, user_id)

    def is_erased(self, user_id: UserId) -> bool:
        """See UserStore.is_erased."""
        with self._session.statement() as state:
            return user_id in state.erased_users_time_zones

    def time_zone(self, user_id: UserId) -> str:
        """See UserStore.time_zone."""
        with self._session.statement() as state:
            if user_id in state.users:
                return state.users[user_id].time_zone
            if user_id not in state.erased_users_time_zones:
                raise UserNotFoundError
            return state.erased_users_time_zones[user_id]

    def credentials(self, national_id: NationalId) -> Credentials | None:
        """See UserStore.credentials."""
        with self._session.statement() as state:
            for user in state.users.values():
                if user.national_id == national_id and user.active:
                    return Credentials(user_id=user.id, password_hash=state.password_hashes[user.id])
            return None

    def set_password(self, credentials: Credentials, password_hash: str) -> bool:
        """See UserStore.set_password."""
        with self._session.statement() as state:
            if state.password_hashes.get(credentials.user_id) != credentials.password_hash:
                return False
            state.password_hashes[credentials.user_id] = password_hash
            return True

    def replace_password(self, user_id: UserId, password_hash: str) -> None:
        """See UserStore.replace_password."""
        self._session.require_lock(("user", user_id))
        with self._session.statement() as state:
            state.password_hashes[user_id] = password_hash

    def role_changes(self) -> Sequence[RoleChange]:
        """See UserStore.role_changes."""
        with self._session.statement() as state:
            return state.role_changes

    def is_first(self, national_id: NationalId) -> bool:
        """See UserStore.is_first."""
        with self._session.statement() as state:
            user = state.users.get(min([*state.users, *state.erased_users_time_zones], default=UserId(0)))
            return user is not None and user.national_id == national_id

    def any_ever_registered(self) -> bool:
        """See UserStore.any_ever_registered."""
        with self._session.statement() as state:
            return bool(state.users or state.erased_users_time_zones)

    def claim_pending(self) -> User | None:
        """See UserStore.claim_pending; the next try is put off twice as long each time, and not by chance."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            waiting = [user.id for user in state.users.values() if user.profile is Profile.PENDING]
            due = [each for each in waiting if not now < state.pending[each].next_try_at <= now + timedelta(hours=2)]
            if not due:
                return None
            claimed = min(due, key=lambda each: state.pending[each].next_try_at)
            attempts = state.pending[claimed].attempts
            later = now + timedelta(seconds=min(2 ** min(attempts, 12), 3600))
            state.pending[claimed] = PendingProfile(attempts=attempts + 1, next_try_at=later)
            return state.users[claimed]


def _require_free(state: State, national_id: NationalId, but: UserId | None) -> None:
    if any(other.national_id == national_id and other.id != but for other in state.users.values()):
        raise UserAlreadyExistsError


def _matches(user: User, filters: UserFilter) -> bool:
    return (
        filters.only in (None, user.id)
        and contains(str(user.national_id), filters.national_id)
        and contains(user.surname, filters.surname)
        and contains(user.name, filters.name)
        and contains(user.patronymic, filters.patronymic)
        and contains(user.address, filters.address)
        and filters.active in (None, user.active)
    )
