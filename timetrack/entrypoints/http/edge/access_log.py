"""The access log: operation, status and duration of each request, and nothing of what was sent."""

import logging
import time

from timetrack.entrypoints.http.edge.exchange import Exchange

_log = logging.getLogger(__name__)

# The attributes that all records share; the constructor of LogRecord would compute them each time.
_COMMON_ATTRIBUTES = vars(logging.LogRecord(__name__, logging.INFO, __file__, 0, "request", (), None))


def log_request(exchange: Exchange, *, status: int, seconds: float) -> None:
    """Log the end of a request."""
    if _log.isEnabledFor(logging.INFO):
        record = logging.LogRecord.__new__(logging.LogRecord)
        created = time.time()
        facts = {**facts_of(exchange), "status": status, "ms": round(seconds * 1000, 1)}
        vars(record).update(_COMMON_ATTRIBUTES, created=created, msecs=created % 1 * 1000, **facts)
        _log.handle(record)


def log_failure(exchange: Exchange, error: BaseException) -> None:
    """Log a bug with its traceback, and with the request id that its caller was told."""
    _log.error("failure", extra=facts_of(exchange), exc_info=error)


def facts_of(exchange: Exchange) -> dict[str, str]:
    """Return the fields of a log line that identify a request."""
    return {"operation": exchange.operation_id or "none", "request_id": exchange.request_id}
