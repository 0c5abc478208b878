"""The lock_timeout of migrations, and their retries.

PostgreSQL makes every later request for a table queue behind an ALTER TABLE that waits for one reader. So a wait is
short, and is given up and begun anew, with time between for those who had queued.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import Connection

# Two migrations, or a migration and a request, that wait for each other end the same way as a wait that takes too long.
IN_THE_WAY = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockWaits:
    """The lock_timeout of a transaction, the number of tries, and the pause between two of them."""

    milliseconds: int = 500
    tries: int = 60
    pause_seconds: float = 1.0

    def limit(self, connection: Connection) -> None:
        """Let the transaction that is open wait no longer for any lock."""
        connection.execute("SELECT set_config('lock_timeout', %s, true)", [f"{self.milliseconds}ms"])

    def patiently(self, name: str, do: Callable[[], None]) -> None:
        """Do what is one limited transaction; where a lock does not come in time, do it again after a pause.

        Raises:
            psycopg.errors.LockNotAvailable, DeadlockDetected: nor did it come at the last try.
        """
        for tried in range(1, self.tries):
            try:
                return do()
            except IN_THE_WAY:
                _log.info("others hold what the migration locks", extra={"migration": name, "tried": tried})
                time.sleep(self.pause_seconds)
        return do()


LOCK_WAITS = LockWaits()
"""For a minute and a half: longer than any statement of a server may take."""
