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


class UserInactiveError(ConflictError):
    """The user has left, and nobody who has may have a running timer."""

    code = "user_inactive"

    def __init__(self) -> None:
        super().__init__("the user is not active: no timer may run")


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


class PasswordUnfitError(InvalidError):
    """The password is too short, too long, or has a character that none may have."""

    code = "password_unfit"
    member = "password"

    def __init__(self) -> None:
        super().__init__("a password has 8 to 128 characters, none of them NUL")


class ResetCodeInvalidError(InvalidError):
    """The code that is to reset a password is unknown, expired or used."""

    code = "reset_code_invalid"
    member = "code"

    def __init__(self) -> None:
        super().__init__("the code is unknown, expired or used")


class CurrentPasswordWrongError(InvalidError):
    """A change of password needs the present one, and this is another."""

    code = "current_password_wrong"
    member = "current_password"

    def __init__(self) -> None:
        super().__init__("this is not the current password")
