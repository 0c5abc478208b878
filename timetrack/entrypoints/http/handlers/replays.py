"""Permission to have a kept answer again: asked anew before each replay, as a caller may have lost a role meanwhile.

So is the caller, who may have been demoted or signed out while the request waited for a connection. What is gone hides
nobody from their own answer: whose it was is still known, and a retry of a deletion has to get the first answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import require_admin
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.services.authentication import Authentication
from timetrack.domain.services.callers import caller_now
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.users import Users
from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.messages.credentials import bearer_token

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replays:
    """The question for each operation whose answers are kept; each raises what refuses the caller."""

    users: Users
    tasks: Tasks
    time_entries: TimeEntries
    authentication: Authentication

    def by_operation_id(self) -> Mapping[str, Callable[[Call, Parameters], None]]:
        """Return the questions, by operationId."""
        return {
            "users.register": self._register,
            "users.replace": self._user,
            "users.change": self._user,
            "users.erase": self._user,
            "users.change_password": self._own,
            "users.allow_password_reset": self._admin,
            "tasks.create": self._own,
            "tasks.replace": self._task,
            "tasks.change": self._task,
            "tasks.delete": self._task,
            "time_entries.create": self._new_time_entry,
            "time_entries.replace": self._time_entry,
            "time_entries.change": self._time_entry,
            "time_entries.delete": self._time_entry,
            "time_entries.restore": self._time_entry,
        }

    def _register(self, call: Call, parameters: Parameters) -> None:
        authenticate = partial(self._authenticate, call)
        self.users.require_registration(NationalId.parse(parameters["body"]["national_id"]), authenticate)

    def _authenticate(self, call: Call) -> Caller:
        return self.authentication.authenticate(bearer_token(call.headers))

    def _user(self, call: Call, parameters: Parameters) -> None:
        self.users.require_change(self._caller(call), UserId(parameters["id"]))

    def _task(self, call: Call, parameters: Parameters) -> None:
        self.tasks.require_change(self._caller(call), TaskId(parameters["id"]))

    def _new_time_entry(self, call: Call, parameters: Parameters) -> None:
        caller = self._caller(call)
        self.time_entries.require_creation(caller, UserId(parameters["body"].get("user_id") or caller.user_id))

    def _time_entry(self, call: Call, parameters: Parameters) -> None:
        self.time_entries.require_change(self._caller(call), TimeEntryId(parameters["id"]))

    def _own(self, call: Call, _: Parameters) -> None:
        """Let the caller pass, if there still is one: the key is theirs, and so is what was done."""
        self._caller(call)

    def _admin(self, call: Call, _: Parameters) -> None:
        require_admin(self._caller(call))

    def _caller(self, call: Call) -> Caller:
        return caller_now(self.users.storage, call.signed_in)
