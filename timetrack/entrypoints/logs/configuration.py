"""Format of log lines: text for people, JSON for programs; the facts of an event in both."""

import logging
import logging.config
import time
from itertools import islice
from typing import Any, Literal

from timetrack.entrypoints.logs.buffered_handler import BufferedHandler

Format = Literal["text", "json"]

# What every record has; the rest are facts that an event was logged with.
_FIRST_FACT = len(vars(logging.makeLogRecord({})))
_COMMON = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


def configure_logging(level: str, form: Format, *, gathering: bool = False) -> None:
    """Send the program's log lines to standard error; `gathering` is for a program that writes very many."""
    # No format tells them, and each record would ask for them: see "Optimization" in Python's logging HOWTO.
    logging._srcfile = None  # noqa: SLF001 - the HOWTO's own words
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.config.dictConfig(_settings(level.upper(), form, gathering=gathering))


class TextFormatter(logging.Formatter):
    """`2026-03-28 09:00:00,000 INFO timetrack...: request operation=tasks.get status=200`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

        self._second, self._stamp = 0, ""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter.format."""
        if record.exc_info or record.stack_info:
            return super().format(record)
        record.asctime, record.message = self.formatTime(record), record.getMessage()
        return self.formatMessage(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """See logging.Formatter.formatMessage."""
        # What a record was logged with comes behind what every record has.
        further = islice(vars(record).items(), _FIRST_FACT, None)
        facts = "".join([f" {name}={value}" for name, value in further if name not in _COMMON])
        return f"{record.asctime} {record.levelname} {record.name}: {record.message}{facts}"

    def formatTime(self, record: logging.LogRecord, _: str | None = None) -> str:  # noqa: N802 - as above
        """See logging.Formatter.formatTime; what is the same for a whole second is made once."""
        second = int(record.created)
        if second != self._second:
            self._second, self._stamp = second, time.strftime("%Y-%m-%d %H:%M:%S", self.converter(second))
        return f"{self._stamp},{int(record.msecs):03}"


def _settings(level: str, form: Format, *, gathering: bool) -> dict[str, Any]:
    handler = {"()": BufferedHandler} if gathering else {"class": "logging.StreamHandler"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": TextFormatter},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(levelname)s %(name)s %(message)s",
                "rename_fields": {"levelname": "level", "name": "logger", "message": "event"},
                "timestamp": "time",  # RFC 3339, in UTC
            },
        },
        "handlers": {"standard error": {**handler, "formatter": form}},
        "root": {"level": level, "handlers": ["standard error"]},
        "loggers": {
            # It warns on each request of an operation that reads two media types.
            "connexion": {"level": "ERROR"},
            # The guard logs each request, without its query.
            "uvicorn.access": {"level": "CRITICAL", "propagate": False},
            "uvicorn.error": {"level": "WARNING"},
            # It logs each connection that is lent and given back.
            "psycopg.pool": {"level": "WARNING"},
            # It logs every statement of every migration.
            "yoyo": {"level": "WARNING"},
        },
    }
