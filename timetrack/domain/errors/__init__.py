"""Every refusal of the domain: a root, families that say what kind of no it is, leaves that say which.

A leaf has a stable `code` for programs, keeps its facts as attributes and builds its own message. No message
holds a password, a token or a national ID. What a family means at the edge is decided at the edge.
"""

from timetrack.domain.errors.access import (
    CredentialsInvalidError,
    NotAllowedError,
    TokenInvalidError,
    TokenMissingError,
    TooManySignInsError,
)
from timetrack.domain.errors.availability import (
    DatabaseUnavailableError,
    NotReadyError,
    PeopleInfoUnavailableError,
    SignInBusyError,
)
from timetrack.domain.errors.families import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    MalformedError,
    NotFoundError,
    StaleError,
    TimeTrackError,
    TooManyError,
    UnauthenticatedError,
    UnavailableError,
)
from timetrack.domain.errors.reporting import (
    FilterReversedError,
    RangeOutOfCalendarError,
    RangeReversedError,
    RangeTooLongError,
    ReportTooLargeError,
    UnknownTimeZoneError,
)
from timetrack.domain.errors.requests import (
    CursorMalformedError,
    EntityTagMalformedError,
    IdempotencyKeyInUseError,
    IdempotencyKeyReusedError,
    VersionMismatchError,
)
from timetrack.domain.errors.time import (
    EndBeforeStartError,
    EndInFutureError,
    StartInFutureError,
    SwitchTooEarlyError,
    TaskNotFoundError,
    TimeEntryNotFoundError,
    TimeEntryOverlapError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    VersionUnknownError,
)
from timetrack.domain.errors.users import (
    CurrentPasswordWrongError,
    LastAdminError,
    NationalIdMalformedError,
    PersonUnknownError,
    UserAlreadyExistsError,
    UserNotFoundError,
)

__all__ = [
    "ConflictError",
    "CredentialsInvalidError",
    "CurrentPasswordWrongError",
    "CursorMalformedError",
    "DatabaseUnavailableError",
    "EndBeforeStartError",
    "EndInFutureError",
    "EntityTagMalformedError",
    "FilterReversedError",
    "ForbiddenError",
    "IdempotencyKeyInUseError",
    "IdempotencyKeyReusedError",
    "InvalidError",
    "LastAdminError",
    "MalformedError",
    "NationalIdMalformedError",
    "NotAllowedError",
    "NotFoundError",
    "NotReadyError",
    "PeopleInfoUnavailableError",
    "PersonUnknownError",
    "RangeOutOfCalendarError",
    "RangeReversedError",
    "RangeTooLongError",
    "ReportTooLargeError",
    "SignInBusyError",
    "StaleError",
    "StartInFutureError",
    "SwitchTooEarlyError",
    "TaskNotFoundError",
    "TimeEntryNotFoundError",
    "TimeEntryOverlapError",
    "TimeTrackError",
    "TimerAlreadyRunningError",
    "TimerNotRunningError",
    "TokenInvalidError",
    "TokenMissingError",
    "TooManyError",
    "TooManySignInsError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnknownTimeZoneError",
    "UserAlreadyExistsError",
    "UserNotFoundError",
    "VersionMismatchError",
    "VersionUnknownError",
]
