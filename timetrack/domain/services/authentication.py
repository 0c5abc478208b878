"""Signing in, and telling who holds a token."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Protocol

from timetrack.domain.errors import CredentialsInvalidError, NationalIdMalformedError, TokenInvalidError
from timetrack.domain.model.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.national_id import NationalId
from timetrack.domain.model.users import Credentials
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.tokens import PasswordHasher

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
    """How callers prove who they are."""

    def sign_in(self, username: str, password: str) -> IssuedToken:
        """Return an access token.

        Raises:
            CredentialsInvalidError: the two do not belong together, or nobody is registered.
        """

    def authenticate(self, token: str) -> Caller:
        """Return who holds the token.

        Raises:
            TokenInvalidError: the token is unknown, expired or revoked.
        """


@dataclass(frozen=True, slots=True)
class PasswordAuthentication:
    """Passwords kept by a slow hash; opaque random tokens, kept by their SHA-256."""

    storage: Storage
    hasher: PasswordHasher
    lifetime: int

    def sign_in(self, username: str, password: str) -> IssuedToken:
        """See Authentication.sign_in; it takes as long for an unknown user as for a known one."""
        credentials = _credentials(self.storage, username)
        kept = credentials.password_hash if credentials is not None else None
        if not self.hasher.matches(password, kept) or credentials is None:
            raise CredentialsInvalidError
        token = f"tt_{secrets.token_urlsafe(_TOKEN_BYTES)}"
        self.storage.tokens.add(credentials.user_id, _digest(token), self.lifetime)
        return IssuedToken(token=token, lifetime=self.lifetime)

    def authenticate(self, token: str) -> Caller:
        """See Authentication.authenticate."""
        caller = self.storage.tokens.caller(_digest(token))
        if caller is None:
            raise TokenInvalidError
        return caller


@dataclass(frozen=True, slots=True)
class DemoAuthentication:
    """The original program's scheme, for trying things out: no secret anywhere.

    The national ID is both username and password, and the user's id is the token.
    """

    storage: Storage
    lifetime: int

    def sign_in(self, username: str, password: str) -> IssuedToken:
        """See Authentication.sign_in."""
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
