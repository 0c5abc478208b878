"""Changing passwords, and resetting lost ones."""

import hashlib
import secrets
from dataclasses import dataclass

from timetrack.domain.errors import CurrentPasswordWrongError, ResetCodeInvalidError, UserNotFoundError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.password_resets import PasswordReset
from timetrack.domain.model.access.permissions import require_admin
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.authentication import check_password
from timetrack.domain.services.callers import caller_now, lock_user

_CODE_BYTES = 32
_CODE_LIFETIME = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetCode:
    """A code that sets a new password once; it is told once, and only its digest is kept."""

    code: str
    reset: PasswordReset

    def __repr__(self) -> str:
        return f"ResetCode({self.reset})"


@dataclass(frozen=True, slots=True)
class Passwords:
    """The operations on passwords: a caller's own, and lost ones."""

    storage: Storage
    hasher: PasswordHasher

    def change(self, caller: Caller, current: str, new: str, address: str | None = None) -> None:
        """Replace the caller's password and end all their tokens, whoever holds them; `address` is as for a sign-in.

        Raises:
            CurrentPasswordWrongError: it is another one; that counts as a failed sign-in.
            TooManySignInsError: too many have failed, for this user or from this address.
            TokenInvalidError: the token of the request has ended meanwhile.
        """
        username = str(self.storage.users.get(caller.user_id).national_id)
        credentials = check_password(self.storage, self.hasher, username, current, address)
        if credentials is None:
            raise CurrentPasswordWrongError
        password_hash = self.hasher.hash(new)
        with self.storage.transaction(caller) as stores:
            if not stores.users.set_password(credentials, password_hash):
                raise CurrentPasswordWrongError
            caller_now(stores, caller)
            stores.tokens.revoke_all_of(caller.user_id)
            stores.password_resets.end_of(caller.user_id)

    def allow_reset(self, caller: Caller, user_id: UserId) -> ResetCode:
        """Return a code, good for an hour, that sets a user's password, and end all their tokens.

        A code from before is no good any more.

        Raises:
            NotAllowedError: the caller is no admin.
            UserNotFoundError: there is no user of this id.
        """
        require_admin(caller)
        # With 256 random bits there is nothing to guess, and a fast hash is as good as a slow one.
        code = f"ttr_{secrets.token_urlsafe(_CODE_BYTES)}"
        with self.storage.transaction(caller) as stores:
            _, now = lock_user(stores, caller, user_id)
            require_admin(now)
            stores.tokens.revoke_all_of(user_id)
            return ResetCode(code=code, reset=stores.password_resets.add(user_id, _digest(code), _CODE_LIFETIME))

    def reset(self, code: str, new: str) -> None:
        """Set the password of the user whose code it is, use the code up, and end all their tokens.

        Raises:
            ResetCodeInvalidError: the code is unknown, expired or used.
        """
        digest = _digest(code)
        user_id = self.storage.password_resets.user_of(digest)
        if user_id is None:
            raise ResetCodeInvalidError
        password_hash = self.hasher.hash(new)
        with self.storage.transaction(None) as stores:
            try:
                stores.users.lock_exclusive(user_id)
            except UserNotFoundError:
                raise ResetCodeInvalidError from None
            if not stores.password_resets.take(digest):
                raise ResetCodeInvalidError
            stores.users.replace_password(user_id, password_hash)
            stores.tokens.revoke_all_of(user_id)


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
