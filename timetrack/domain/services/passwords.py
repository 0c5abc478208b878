"""Changing passwords."""

from dataclasses import dataclass

from timetrack.domain.errors import CurrentPasswordWrongError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.authentication import check_password
from timetrack.domain.services.callers import caller_now


@dataclass(frozen=True, slots=True)
class Passwords:
    """The operation on a caller's own password."""

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
