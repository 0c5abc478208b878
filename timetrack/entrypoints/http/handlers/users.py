"""The operations `users.*`."""

from dataclasses import dataclass
from functools import partial

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import UserChange, UserFilter
from timetrack.domain.services.authentication import Authentication
from timetrack.domain.services.passwords import Passwords
from timetrack.domain.services.users import Users
from timetrack.entrypoints.http.contract.schemas_generated import (
    PasswordChange,
    PasswordResetCode,
    Registration,
    User,
    UserPage,
    UserPatch,
    UserReplacement,
)
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.messages.credentials import bearer_token
from timetrack.entrypoints.http.messages.problems import Fault, bad_request
from timetrack.entrypoints.http.representations import etags, json_bodies
from timetrack.entrypoints.http.representations.pages import Pages

_PAGES = Pages("users")


@dataclass(frozen=True, slots=True)
class UserHandlers:
    """Users, their registration and their passwords."""

    users: Users
    passwords: Passwords
    authentication: Authentication
    needs_password: bool
    """Whether a registration needs a password, as in all but demo mode; the contract cannot tell the modes apart."""

    def register(self, call: Call, *, body: Registration) -> Reply[User]:
        """Register a user."""
        # The contract asks for no token here, because only a closed registration does.
        authenticate = partial(self._authenticate, call)
        password = body.get("password")
        if password is None and self.needs_password:
            raise bad_request(Fault(place="body", pointer="/password", message="is required", keyword="required"))
        seen = self.users.register(NationalId.parse(body["national_id"]), password, authenticate, call.peer)
        headers = {"Location": f"/users/{seen.user.id}"}
        return etags.tagged(etags.of_user(seen), json_bodies.user(seen), status=201, headers=headers)

    def _authenticate(self, call: Call) -> Caller:
        return self.authentication.authenticate(bearer_token(call.headers))

    def change_password(self, call: Call, *, body: PasswordChange) -> Reply[None]:
        """Change one's own password."""
        self.passwords.change(call.signed_in, body["current_password"], body["new_password"], call.peer)
        return Reply(status=204, body=None)

    def allow_password_reset(self, call: Call, *, id: int) -> Reply[PasswordResetCode]:
        """Let a user set a new password."""
        made = self.passwords.allow_reset(call.signed_in, UserId(id))
        return Reply(
            status=201,
            body=json_bodies.password_reset_code(made),
            headers={"Cache-Control": "no-store"},
            shows_secret=True,
        )

    def list(
        self,
        call: Call,
        *,
        national_id: str | None = None,
        surname: str | None = None,
        name: str | None = None,
        patronymic: str | None = None,
        address: str | None = None,
        active: bool | None = None,
        limit: int,
        cursor: str | None = None,
    ) -> Reply[UserPage]:
        """List users."""
        filters = UserFilter(
            national_id=national_id,
            surname=surname,
            name=name,
            patronymic=patronymic,
            address=address,
            active=active,
        )
        page = self.users.list(call.signed_in, filters, _PAGES.request(limit, cursor))
        return _PAGES.reply(call, page, json_bodies.user)

    def current(self, call: Call) -> Reply[User | None]:
        """Get the signed-in user."""
        return self.get(call, id=call.signed_in.user_id)

    def get(self, call: Call, *, id: int) -> Reply[User | None]:
        """Get a user."""
        seen = self.users.get(call.signed_in, UserId(id))
        return etags.conditional_reply(call, etags.of_user(seen), json_bodies.user(seen))

    def replace(self, call: Call, *, id: int, body: UserReplacement) -> Reply[User]:
        """Replace a user's record."""
        return self._change(call, id, _change(body))

    def change(self, call: Call, *, id: int, body: UserPatch) -> Reply[User]:
        """Change some members of a user's record."""
        return self._change(call, id, _change(body))

    def _change(self, call: Call, id: int, change: UserChange) -> Reply[User]:
        seen = self.users.change(call.signed_in, UserId(id), change, etags.precondition(call))
        return etags.tagged(etags.of_user(seen), json_bodies.user(seen))

    def erase(self, call: Call, *, id: int) -> Reply[None]:
        """Erase a user."""
        self.users.erase(call.signed_in, UserId(id), etags.precondition(call))
        return Reply(status=204, body=None)


def _change(body: UserReplacement | UserPatch) -> UserChange:
    return UserChange(
        surname=body.get("surname"),
        name=body.get("name"),
        patronymic=body["patronymic"] or "" if "patronymic" in body else None,
        address=body.get("address"),
        time_zone=body.get("time_zone"),
        timers=Timers(body["timers"]) if "timers" in body else None,
        role=Role(body["role"]) if "role" in body else None,
        active=body.get("active"),
        national_id=NationalId.parse(body["national_id"]) if "national_id" in body else None,
    )
