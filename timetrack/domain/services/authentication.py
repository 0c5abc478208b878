"""Signing in, and finding the caller who holds a token."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Protocol

from timetrack.domain.errors import (
    CredentialsInvalidError,
    NationalIdMalformedError,
    TokenInvalidError,
    TooManySignInsError,
)
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.sign_ins import sign_in_limits
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.users import Credentials
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage

_TOKEN_BYTES = 32
_USER_ID = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """An access token, which is told once and kept nowhere; `lifetime` is in seconds."""

    token: str
    lifetime: int

    def __repr__(self) -> str:
        return f"IssuedToken(lifetime={self.lifetime})"


class Authentication(Protocol):
    """A scheme by which callers sign in, and are known by a token."""

    def sign_in(self, username: str, password: str, address: str | None = None) -> IssuedToken:
        """Return an access token; `address` is where the request comes from.

        Raises:
            CredentialsInvalidError: the two do not belong together, or nobody is registered.
            TooManySignInsError: too many have failed, for this user or from this address.
        """

    def authenticate(self, token: str) -> Caller:
        """Return the caller who holds the token.

        Raises:
            TokenInvalidError: the token is unknown, expired or revoked.
        """

    def revoke(self, token: str) -> None:
        """End the token, if it is one."""


@dataclass(frozen=True, slots=True)
class PasswordAuthentication:
    """Passwords kept by a slow hash; opaque random tokens, kept by their SHA-256."""

    storage: Storage
    hasher: PasswordHasher
    lifetime: TokenLifetime

    def sign_in(self, username: str, password: str, address: str | None = None) -> IssuedToken:
        """See Authentication.sign_in; it takes as long for an unknown user as for a known one."""
        token = f"tt_{secrets.token_urlsafe(_TOKEN_BYTES)}"
        credentials = check_password(self.storage, self.hasher, username, password, address)
        if credentials is None or not self.storage.tokens.add(credentials, _digest(token), self.lifetime):
            raise CredentialsInvalidError
        return IssuedToken(token=token, lifetime=self.lifetime.absolute)

    def authenticate(self, token: str) -> Caller:
        """See Authentication.authenticate."""
        caller = self.storage.tokens.caller(_digest(token))
        if caller is None:
            raise TokenInvalidError
        return caller

    def revoke(self, token: str) -> None:
        """See Authentication.revoke."""
        self.storage.tokens.revoke(_digest(token))


@dataclass(frozen=True, slots=True)
class DemoAuthentication:
    """The original program's scheme, for trying things out: no secret anywhere.

    The national ID is both username and password, and the user's id is the token.
    """

    storage: Storage
    lifetime: int

    def sign_in(self, username: str, password: str, address: str | None = None) -> IssuedToken:  # noqa: ARG002 - no limit
        """See Authentication.sign_in; there is nothing to guess, and so no limit."""
        credentials = _credentials(self.storage, username)
        if credentials is None or _national_id(password) != _national_id(username):
            raise CredentialsInvalidError
        return IssuedToken(token=str(credentials.user_id), lifetime=self.lifetime)

    def authenticate(self, token: str) -> Caller:
        """See Authentication.authenticate."""
        caller = self.storage.tokens.caller_of_user(UserId(int(token))) if _USER_ID.fullmatch(token) else None
        if caller is None:
            raise TokenInvalidError
        return caller

    def revoke(self, token: str) -> None:
        """See Authentication.revoke; a user's id is no token that could end."""


def check_password(
    storage: Storage, hasher: PasswordHasher, username: str, password: str, address: str | None
) -> Credentials | None:
    """Return the credentials to which the password belongs; None, counted as a failure, if it belongs to none.

    Failures that are checked at the same moment may go a little over a limit, but no successful sign-in is ever
    refused because of others.

    Raises:
        TooManySignInsError: too many have failed, for this user or from this address.
        SignInBusyError: too many are being checked.
    """
    limits = sign_in_limits(username, address)
    if wait := storage.failed_sign_ins.seconds_to_wait(limits):
        raise TooManySignInsError(wait)
    credentials = _credentials(storage, username)
    if hasher.matches(password, None if credentials is None else credentials.password_hash):
        return credentials
    storage.failed_sign_ins.add(limits)
    return None


def _credentials(storage: Storage, username: str) -> Credentials | None:
    national_id = _national_id(username)
    return None if national_id is None else storage.users.credentials(national_id)


def _national_id(text: str) -> NationalId | None:
    try:
        return NationalId.parse(text)
    except NationalIdMalformedError:
        return None


def _digest(token: str) -> bytes:
    # The tokens have 256 random bits: a fast hash is as good as a slow one.
    return hashlib.sha256(token.encode()).digest()
