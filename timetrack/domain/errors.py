"""Every refusal of the domain: a root, families that say what kind of no it is, leaves that say which.

A leaf has a stable `code` for programs, keeps its facts as attributes and builds its own message. No message
holds a password, a token or a national ID. What a family means at the edge is decided at the edge.
"""

from collections.abc import Sequence
from typing import ClassVar


class TimeTrackError(Exception):
    """The root of all refusals."""

    code: ClassVar[str]

    first_request_id: str | None = None
    """Of a refusal that an idempotency key repeats: the request that was refused first."""


class NotFoundError(TimeTrackError):
    """What was asked for does not exist, or is not for the caller to see."""


class ConflictError(TimeTrackError):
    """The present state forbids it."""


class InvalidError(TimeTrackError):
    """The request is well-formed but asks for something impossible."""

    pointer: ClassVar[str | None] = None
    """The member of the request's body that is wrong (RFC 6901), where there is one."""

    parameter: ClassVar[str | None] = None
    """The query's parameter that is wrong, where there is one."""


class MalformedError(TimeTrackError):
    """A value of the request cannot be read at all."""


class UnauthenticatedError(TimeTrackError):
    """Nobody known has asked."""


class ForbiddenError(TimeTrackError):
    """The caller is known, and may not."""


class StaleError(TimeTrackError):
    """The caller has based the change on a version that is no longer the current one."""


class TooManyError(TimeTrackError):
    """The caller has to slow down; `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(TimeTrackError):
    """Something that is needed does not answer now; the same request may succeed later."""

    retry_after: ClassVar[int] = 1


class UserNotFoundError(NotFoundError):
    """No such user, or it was erased."""

    code = "user_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such user")


class TaskNotFoundError(NotFoundError):
    """No such task, or it was deleted."""

    code = "task_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such task")


class TimeEntryNotFoundError(NotFoundError):
    """No such time entry, or it is not for the caller to see."""

    code = "time_entry_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such time entry")


class UserAlreadyExistsError(ConflictError):
    """The national ID is registered already."""

    code = "user_already_exists"

    def __init__(self) -> None:
        super().__init__("a user with this national ID is registered already")


class LastAdminError(ConflictError):
    """Without this user nobody could administer."""

    code = "last_admin"

    def __init__(self) -> None:
        super().__init__("the last admin can neither be removed nor lose the role")


class TimerAlreadyRunningError(ConflictError):
    """A timer runs already in the lane."""

    code = "timer_already_running"

    def __init__(self, time_entry_id: int | None = None) -> None:
        named = "" if time_entry_id is None else f": time entry {time_entry_id}"
        super().__init__(f"a timer is already running{named}")
        self.time_entry_id = time_entry_id


class TimerNotRunningError(ConflictError):
    """The user has no timer running on the task."""

    code = "timer_not_running"

    def __init__(self) -> None:
        super().__init__("no timer of yours is running on this task")


class TimeEntryOverlapError(ConflictError):
    """Time entries of the same lane are in the way; at most ten are named."""

    code = "time_entry_overlap"

    def __init__(self, time_entry_ids: Sequence[int]) -> None:
        named = f": {', '.join(map(str, time_entry_ids))}" if time_entry_ids else ""
        super().__init__(f"other time entries are in the way{named}")
        self.time_entry_ids = tuple(time_entry_ids)


class IdempotencyKeyInUseError(ConflictError):
    """The first request with this key is still under way; the same request may be sent again soon."""

    code = "idempotency_key_in_use"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__("the first request with this idempotency key is still under way")


class IdempotencyKeyReusedError(InvalidError):
    """The key belongs to another request."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__("this idempotency key came with another request before")


class PersonUnknownError(InvalidError):
    """The people-info service says that the national ID was never issued."""

    code = "person_unknown"
    pointer = "/national_id"

    def __init__(self) -> None:
        super().__init__("no person has this national ID")


class StartInFutureError(InvalidError):
    """A time entry cannot start later than now."""

    code = "start_in_future"
    pointer = "/start"

    def __init__(self) -> None:
        super().__init__("`start` lies in the future")


class EndInFutureError(InvalidError):
    """A time entry cannot end later than now."""

    code = "end_in_future"
    pointer = "/end"

    def __init__(self) -> None:
        super().__init__("`end` lies in the future")


class SwitchTooEarlyError(InvalidError):
    """A switch cannot end the running timer before it started."""

    code = "switch_too_early"
    pointer = "/start"

    def __init__(self) -> None:
        super().__init__("the running timer started later than `start`")


class EndBeforeStartError(InvalidError):
    """A time entry cannot end before it starts."""

    code = "end_before_start"
    pointer = "/end"

    def __init__(self) -> None:
        super().__init__("`end` lies before `start`")


class VersionUnknownError(InvalidError):
    """A time entry cannot become what it never was."""

    code = "version_unknown"
    pointer = "/version"

    def __init__(self) -> None:
        super().__init__("the time entry has no such version")


class FilterReversedError(InvalidError):
    """A list's range cannot end before it starts."""

    code = "filter_reversed"
    parameter = "to"

    def __init__(self) -> None:
        super().__init__("`to` lies before `from`")


class RangeReversedError(InvalidError):
    """A range cannot end before it starts."""

    code = "range_reversed"
    pointer = "/to"

    def __init__(self) -> None:
        super().__init__("`to` lies before `from`")


class RangeTooLongError(InvalidError):
    """A range spans more time than is allowed."""

    code = "range_too_long"
    pointer = "/to"

    def __init__(self, years: int) -> None:
        super().__init__(f"a range spans at most {years} years")


class RangeOutOfCalendarError(InvalidError):
    """Around a range there has to be a calendar."""

    code = "range_out_of_calendar"
    pointer = "/from"

    def __init__(self, first_year: int, last_year: int) -> None:
        super().__init__(f"`from` lies in the years {first_year} to {last_year}")


class ReportTooLargeError(InvalidError):
    """A report has more rows than anybody can read."""

    code = "report_too_large"
    pointer = "/to"

    def __init__(self, rows: int) -> None:
        super().__init__(f"there would be more than {rows} rows: ask for a shorter range, or for less detail")


class UnknownTimeZoneError(InvalidError):
    """The tz database has no zone of this name."""

    code = "unknown_time_zone"
    pointer = "/time_zone"

    def __init__(self) -> None:
        super().__init__("`time_zone` is not a name in the IANA time zone database")


class NationalIdMalformedError(MalformedError):
    """Not a series of 4 digits and a number of 6."""

    code = "national_id_malformed"

    def __init__(self) -> None:
        super().__init__("a national ID is a series of 4 digits and a number of 6")


class CursorMalformedError(MalformedError):
    """A list did not give out this cursor."""

    code = "cursor_malformed"

    def __init__(self) -> None:
        super().__init__("`cursor` is not one that this list gave out")


class EntityTagMalformedError(MalformedError):
    """A condition names something that is no entity tag."""

    code = "entity_tag_malformed"

    def __init__(self, header: str) -> None:
        super().__init__(f"`{header}` is neither `*` nor a list of entity tags")


class TokenMissingError(UnauthenticatedError):
    """No access token came with the request."""

    code = "token_missing"

    def __init__(self) -> None:
        super().__init__("an access token is required")


class TokenInvalidError(UnauthenticatedError):
    """The access token is unknown, expired or revoked."""

    code = "token_invalid"

    def __init__(self) -> None:
        super().__init__("the access token is unknown, expired or revoked")


class CredentialsInvalidError(UnauthenticatedError):
    """The national ID and the password do not belong together; which of the two is wrong stays untold."""

    code = "credentials_invalid"

    def __init__(self) -> None:
        super().__init__("the national ID or the password is wrong")


class NotAllowedError(ForbiddenError):
    """The caller's role does not allow it."""

    code = "not_allowed"

    def __init__(self) -> None:
        super().__init__("you are not allowed to do this")


class CurrentPasswordWrongError(InvalidError):
    """Who changes a password has to know the one before."""

    code = "current_password_wrong"
    pointer = "/current_password"

    def __init__(self) -> None:
        super().__init__("this is not the current password")


class TooManySignInsError(TooManyError):
    """Too many sign-ins have failed, for the account or from the address."""

    code = "too_many_sign_ins"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many failed sign-ins", retry_after)


class VersionMismatchError(StaleError):
    """If-Match names another version than the current one."""

    code = "version_mismatch"

    def __init__(self) -> None:
        super().__init__("it has changed since you read it: read it again")


class NotReadyError(UnavailableError):
    """The server is starting, shutting down, or without its database."""

    code = "not_ready"

    def __init__(self) -> None:
        super().__init__("the server is not able to serve now")


class DatabaseUnavailableError(UnavailableError):
    """The database does not answer, or too many wait for it."""

    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__("the database does not answer now")


class PeopleInfoUnavailableError(UnavailableError):
    """The people-info service does not answer, or not by its contract."""

    code = "people_info_unavailable"

    def __init__(self) -> None:
        super().__init__("the people-info service does not answer now")


class SignInBusyError(UnavailableError):
    """Too many sign-ins are being checked at this moment."""

    code = "sign_in_busy"

    def __init__(self) -> None:
        super().__init__("too many sign-ins at this moment")
