"""How log lines look: text for people, JSON for programs; the facts of an event in both."""

import logging
import logging.config
from typing import Any, Literal

Format = Literal["text", "json"]

# What every record has; the rest are facts that an event was logged with.
_COMMON = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


def configure_logging(level: str, form: Format) -> None:
    """Send the program's log lines to standard error."""
    # No format tells them, and each record would ask for them: see "Optimization" in Python's logging HOWTO.
    logging._srcfile = None  # noqa: SLF001 - the HOWTO's own words
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.config.dictConfig(_settings(level.upper(), form))


class TextFormatter(logging.Formatter):
    """`2026-03-28 09:00:00,000 INFO timetrack...: request operation=tasks.get status=200`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """See logging.Formatter.formatMessage."""
        facts = [f"{name}={value}" for name, value in vars(record).items() if name not in _COMMON]
        return " ".join([super().formatMessage(record), *facts])


def _settings(level: str, form: Format) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": TextFormatter},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger", "message": "event"},
            },
        },
        "handlers": {"standard error": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"level": level, "handlers": ["standard error"]},
        "loggers": {
            # It warns on each request of an operation that reads two media types.
            "connexion": {"level": "ERROR"},
            # The guard logs each request, without its query.
            "uvicorn.access": {"level": "CRITICAL", "propagate": False},
            "uvicorn.error": {"level": "WARNING"},
            # It logs every statement of every migration.
            "yoyo": {"level": "WARNING"},
        },
    }
