"""The root of all refusals, and the families: one for each kind of reason."""

from collections.abc import Mapping
from typing import ClassVar


class TimeTrackError(Exception):
    """The root of all refusals."""

    code: ClassVar[str]

    retry_after: int | None = None
    """In how many seconds the same request may succeed; None if waiting does not help."""

    def facts(self) -> Mapping[str, object]:
        """Return what a program may want to know besides the code, by name."""
        return {}


class NotFoundError(TimeTrackError):
    """Something that was asked for does not exist, or is not for the caller to see."""


class ConflictError(TimeTrackError):
    """The present state forbids it."""


class InvalidError(TimeTrackError):
    """The request can be read but asks for something impossible."""

    member: ClassVar[str | None] = None
    """The member of the command that is wrong, where it is one; `range_start` and `range_end` are those of a range."""


class MalformedError(TimeTrackError):
    """A value of the request cannot be read at all."""


class UnauthenticatedError(TimeTrackError):
    """The caller is not known."""


class ForbiddenError(TimeTrackError):
    """The caller is known, and may not."""


class StaleError(TimeTrackError):
    """The caller has based the change on a version that is no longer the current one."""


class TooManyError(TimeTrackError):
    """The caller has to slow down."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UnavailableError(TimeTrackError):
    """Something that is needed does not answer now; the same request may succeed later."""

    retry_after = 1
