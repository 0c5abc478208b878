"""The account that PostgreSQL runs as: it refuses root, so root hands it to a user without rights."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from timetrack.adapters.embedded_postgres.errors import EmbeddedPostgresError

_UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of the operating system."""

    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        """True where this program runs as the account, so that nothing has to be handed over."""
        return self.uid == os.geteuid()

    def first_closed(self, path: Path) -> Path | None:
        """Return the outermost part of the path that the account may not enter or execute; None if it may all."""
        parts = (*reversed(path.parents), path)
        return next((part for part in parts if not self._may_execute(part.stat())), None)

    def _may_execute(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def account_for_postgres(unprivileged: str = _UNPRIVILEGED) -> Account:
    """Return who shall run PostgreSQL: the present user, or the unprivileged one when that is root.

    Raises:
        EmbeddedPostgresError: root runs this and the unprivileged user does not exist.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    try:
        entry = pwd.getpwnam(unprivileged)
    except KeyError:
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and there is no user {unprivileged} to run it as: "
            "start as an ordinary user, or add that user"
        ) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)
