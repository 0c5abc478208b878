"""Every refusal of the domain: a root, a family for each kind of reason, a leaf for each reason.

A leaf has a stable `code` for programs, tells its facts by `facts` and builds its own message. No message holds a
password, a token or a national ID. The edge decides how a family is answered.
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
    LargeAnswersBusyError,
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
    AnswerTooLargeError,
    CursorMalformedError,
    IdempotencyKeyInUseError,
    IdempotencyKeyReusedError,
    TooManyKeysError,
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
    "AnswerTooLargeError",
    "ConflictError",
    "CredentialsInvalidError",
    "CurrentPasswordWrongError",
    "CursorMalformedError",
    "DatabaseUnavailableError",
    "EndBeforeStartError",
    "EndInFutureError",
    "FilterReversedError",
    "ForbiddenError",
    "IdempotencyKeyInUseError",
    "IdempotencyKeyReusedError",
    "InvalidError",
    "LargeAnswersBusyError",
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
    "TooManyKeysError",
    "TooManySignInsError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnknownTimeZoneError",
    "UserAlreadyExistsError",
    "UserNotFoundError",
    "VersionMismatchError",
    "VersionUnknownError",
]
