"""The root of all refusals, and the families that say what kind of no it is."""

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
