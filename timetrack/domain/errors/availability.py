"""Refusals because something that is needed does not answer now."""

from timetrack.domain.errors.families import UnavailableError


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
