"""Failures of the database that may pass: translated, and told to whoever runs the server."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg import Error, OperationalError
from psycopg.errors import DiskFull

from timetrack.domain.errors import DatabaseUnavailableError
from timetrack.waiting import LoopGoneError

FAILURES = (OperationalError, LoopGoneError)
"""Time-outs and deadlocks, lost connections, a pool's refusals, a full disk: all of them may pass."""

_BETWEEN_LINES = 1.0
_FULL_FOR = 10.0
"""Seconds for which a database counts as full after it has said so: only the next write shows that it is not."""

_log = logging.getLogger(__name__)


class Failures:
    """Translates failures, and logs each kind once a second: a database that is away fails each request."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._logged: dict[str, float] = {}
        self._full: float | None = None

    @property
    def is_full(self) -> bool:
        """Whether PostgreSQL has just had no room left to write to."""
        return self._full is not None and self._now() < self._full + _FULL_FOR

    def unavailable(self, error: Exception) -> DatabaseUnavailableError:
        """Return the failure as the domain's refusal."""
        if isinstance(error, DiskFull):
            self._full = self._now()
        self._log_seldom((error.sqlstate if isinstance(error, Error) else None) or type(error).__name__)
        return DatabaseUnavailableError()

    @contextmanager
    def translating(self) -> Iterator[None]:
        """Translate failures of the block.

        Raises:
            DatabaseUnavailableError: it failed.
        """
        try:
            yield
        except FAILURES as error:
            raise self.unavailable(error) from error

    def _log_seldom(self, sqlstate: str) -> None:
        # The code alone: a message may name values, and those are people's.
        last = self._logged.get(sqlstate)
        if last is None or self._now() >= last + _BETWEEN_LINES:
            self._logged[sqlstate] = self._now()
            _log.error("database failed", extra={"sqlstate": sqlstate})
