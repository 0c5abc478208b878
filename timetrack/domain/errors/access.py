"""Refusals about who the caller is and what the caller may do."""

from timetrack.domain.errors.families import ForbiddenError, TooManyError, UnauthenticatedError


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


class TooManyRegistrationsError(TooManyError):
    """Too many users have been registered from the address."""

    code = "too_many_registrations"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many registrations from your address", retry_after)


class TooManySignInsError(TooManyError):
    """Too many sign-ins have failed, for the account or from the address."""

    code = "too_many_sign_ins"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many failed sign-ins", retry_after)
