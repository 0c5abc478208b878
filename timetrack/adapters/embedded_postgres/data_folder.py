"""The folder of an embedded PostgreSQL: paths of its files, and the account that owns it."""

import os
from dataclasses import dataclass
from pathlib import Path

from timetrack.adapters.embedded_postgres.account import Account
from timetrack.adapters.embedded_postgres.errors import EmbeddedPostgresError

# The shortest limit for the path of a Unix socket is macOS's: 104 bytes, the closing zero included.
_SOCKET_PATH_LIMIT = 104
_LONGEST_SOCKET_NAME = ".s.PGSQL.65535"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder and who owns it."""

    path: Path
    account: Account

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory; it appears complete or not at all."""
        return self.path / "data"

    @property
    def unfinished_data(self) -> Path:
        """The data directory while it is being made."""
        return self.path / "data.unfinished"

    @property
    def lock(self) -> Path:
        """The file whose lock every process of this PostgreSQL holds."""
        return self.path / "lock"

    @property
    def log(self) -> Path:
        """The log file of initdb and postgres."""
        return self.path / "log"

    @property
    def binaries(self) -> Path:
        """Copies of programs that the account cannot reach where they are."""
        return self.path / "binaries"

    @property
    def password_file(self) -> Path:
        """The superuser's password, for initdb and for those who connect."""
        return self.path / "password"

    def read_password(self) -> str:
        """Return the superuser's password, and from then on let only this program's user read it.

        initdb alone has to read it as the account, which under root is one that other programs run as too.
        """
        file = os.open(self.password_file, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(file, encoding="utf-8") as stream:
            os.fchown(file, os.geteuid(), os.getegid())
            return stream.read()

    @property
    def socket_folder(self) -> Path | None:
        """The folder of the Unix socket; None where its path would be too long."""
        longest = os.fsencode(self.path / _LONGEST_SOCKET_NAME)
        return self.path if len(longest) < _SOCKET_PATH_LIMIT else None

    def take(self) -> None:
        """Make the folder, private to the account, or check that it is the account's.

        Raises:
            EmbeddedPostgresError: the account cannot reach the folder, or it belongs to somebody else.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._require_reachable()
        owner = self.path.stat().st_uid
        is_empty = not any(self.path.iterdir())
        # Only an empty folder is made the account's: any other may be a part of the system, named by mistake.
        if owner != self.account.uid and not (is_empty and owner == os.geteuid()):
            raise EmbeddedPostgresError(
                f"{self.path} belongs to user {owner}, but user {self.account.uid} would run PostgreSQL in it: "
                "choose another data directory, or start as its owner"
            )
        if is_empty:
            self.path.chmod(0o700)
            os.chown(self.path, self.account.uid, self.account.gid)

    def _require_reachable(self) -> None:
        closed = None if self.account.is_ours else self.account.first_closed(self.path.parent)
        if closed:
            raise EmbeddedPostgresError(
                f"{closed} is closed to user {self.account.uid}, who runs PostgreSQL because root must not: "
                "choose a data directory outside of it, or start as an ordinary user"
            )

    def open_private(self, path: Path, flags: int) -> int:
        """Open a file of the folder for the account alone; it is made when missing."""
        # Root must not be led out of a folder that another user owns: no symbolic link is followed.
        file = os.open(path, flags | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        os.fchown(file, self.account.uid, self.account.gid)
        return file

    def write_private(self, path: Path, text: str) -> None:
        """Replace the file's text; it is on the disk when this returns."""
        file = self.open_private(path, os.O_WRONLY | os.O_TRUNC)
        with os.fdopen(file, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(file)
