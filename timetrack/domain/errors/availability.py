"""Refusals because something that is needed does not answer now."""

from collections.abc import Mapping
from enum import StrEnum

from timetrack.domain.errors.families import UnavailableError


class Obstacle(StrEnum):
    """A reason why the server is not ready."""

    SHUTTING_DOWN = "shutting_down"
    NO_CONNECTION = "no_connection"
    SCHEMA_MISSING = "schema_missing"
    DATABASE_FULL = "database_full"


_DETAILS: Mapping[Obstacle, str] = {
    Obstacle.SHUTTING_DOWN: "the server is about to end",
    Obstacle.NO_CONNECTION: "the database does not answer",
    Obstacle.SCHEMA_MISSING: "the database lacks migrations that this server needs",
    Obstacle.DATABASE_FULL: "the database has no room left to write to",
}


class NotReadyError(UnavailableError):
    """The server is shutting down, or its database does not serve."""

    code = "not_ready"

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(f"the server is not able to serve now: {_DETAILS[obstacle]}")
        self.obstacle = obstacle

    def facts(self) -> Mapping[str, object]:
        """See TimeTrackError.facts."""
        return {"reason": self.obstacle.value}


class DatabaseUnavailableError(UnavailableError):
    """The database does not answer, or too many wait for it."""

    code = "database_unavailable"

    def __init__(self) -> None:
        super().__init__("the database does not answer now")


class TooManyWaitingError(UnavailableError):
    """Writes of the same user wait already, for something that others hold."""

    code = "too_many_waiting"

    def __init__(self) -> None:
        super().__init__("other writes of yours are waiting; send this one again when they are done")


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


class LargeAnswersBusyError(UnavailableError):
    """Too many large answers are under way, or one to this user."""

    code = "large_answers_busy"

    def __init__(self) -> None:
        super().__init__("large answers are sent one at a time to a user and a few at a time by a server")
