"""The users of a database, in the hands of whoever has its URL."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from getpass import getpass

from timetrack.adapters.passwords import Argon2Hasher
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.storage import open_storage
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.services.administration import Administration
from timetrack.entrypoints.database import Database


@contextmanager
def administration(database: Database) -> Iterator[Administration]:
    """Open the users of a database, whose schema has to be up to date.

    Raises:
        DatabaseSetupError: it is not.
    """
    Migrations(database.owner_url).check_current()
    with (
        closing(Argon2Hasher()) as hasher,
        open_storage(database.application_url, PoolLimits(size=1, least=1)) as storage,
    ):
        yield Administration(storage, hasher)


def ask_for_credentials() -> tuple[NationalId, str]:
    """Return a national ID and a new password, which no flag holds: other users of the machine may see flags.

    Raises:
        NationalIdMalformedError: it is none.
    """
    return NationalId.parse(_ask("National ID: ").strip()), _ask("New password: ")


def _ask(prompt: str) -> str:
    return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
