"""Where the time went."""

from dataclasses import dataclass

from timetrack.domain.model.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.permissions import Permission
from timetrack.domain.model.reports import Range, Report
from timetrack.domain.model.users import require_time_zone
from timetrack.domain.ports.storage import Storage


@dataclass(frozen=True, slots=True)
class Reporting:
    """What callers ask about time."""

    storage: Storage

    def by_task(self, caller: Caller, user_id: UserId, range_: Range, time_zone: str | None = None) -> Report:
        """Sum a user's time in a range; a `time_zone` of None is the user's own.

        Raises:
            NotAllowedError: the caller may not see this user's time.
            UserNotFoundError: there has never been such a user; the hours of an erased one stay.
            UnknownTimeZoneError: there is no such time zone.
        """
        Permission.SEE_TIME.require(caller, user_id)
        if time_zone is not None:
            require_time_zone(time_zone)
        own_time_zone = self.storage.users.time_zone(user_id)
        return self.storage.reports.by_task(user_id, range_, time_zone or own_time_zone)
