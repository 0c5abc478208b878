"""Refusals about users."""

from timetrack.domain.errors.families import ConflictError, InvalidError, MalformedError, NotFoundError


class UserNotFoundError(NotFoundError):
    """No such user, or it was erased."""

    code = "user_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such user")


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


class PersonUnknownError(InvalidError):
    """The people-info service says that the national ID was never issued."""

    code = "person_unknown"
    pointer = "/national_id"

    def __init__(self) -> None:
        super().__init__("no person has this national ID")


class NationalIdMalformedError(MalformedError):
    """Not a series of 4 digits and a number of 6."""

    code = "national_id_malformed"

    def __init__(self) -> None:
        super().__init__("a national ID is a series of 4 digits and a number of 6")


class CurrentPasswordWrongError(InvalidError):
    """Who changes a password has to know the one before."""

    code = "current_password_wrong"
    pointer = "/current_password"

    def __init__(self) -> None:
        super().__init__("this is not the current password")
