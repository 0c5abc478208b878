"""Refusals about users."""

from timetrack.domain.errors.families import ConflictError, InvalidError, MalformedError, NotFoundError


class UserNotFoundError(NotFoundError):
    """There is no such user, or they were erased."""

    code = "user_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such user")


class UserAlreadyExistsError(ConflictError):
    """The national ID is registered already."""

    code = "user_already_exists"

    def __init__(self) -> None:
        super().__init__("a user with this national ID is registered already")


class LastAdminError(ConflictError):
    """The user is the only admin, and one there has to be."""

    code = "last_admin"

    def __init__(self) -> None:
        super().__init__("the last admin can neither be removed nor lose the role")


class PersonUnknownError(InvalidError):
    """The people-info service says that the national ID was never issued."""

    code = "person_unknown"
    member = "national_id"

    def __init__(self) -> None:
        super().__init__("no person has this national ID")


class NationalIdMalformedError(MalformedError):
    """The text is not a series of 4 digits and a number of 6."""

    code = "national_id_malformed"

    def __init__(self) -> None:
        super().__init__("a national ID is a series of 4 digits and a number of 6")


class CurrentPasswordWrongError(InvalidError):
    """A change of password needs the present one, and this is another."""

    code = "current_password_wrong"
    member = "current_password"

    def __init__(self) -> None:
        super().__init__("this is not the current password")
