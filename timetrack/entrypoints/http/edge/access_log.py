"""One line for each request: which operation, how it ended, how long it took. Never what was sent."""

import logging
import time

from timetrack.entrypoints.http.edge.exchange import Exchange

_log = logging.getLogger(__name__)

# What is the same in each record; the constructor of records would work it out each time.
_SAME = vars(logging.LogRecord(__name__, logging.INFO, __file__, 0, "request", (), None))


def log_request(exchange: Exchange, *, status: int, seconds: float) -> None:
    """Log the end of a request."""
    if _log.isEnabledFor(logging.INFO):
        record = logging.LogRecord.__new__(logging.LogRecord)
        created = time.time()
        facts = {**facts_of(exchange), "status": status, "ms": round(seconds * 1000, 1)}
        vars(record).update(_SAME, created=created, msecs=created % 1 * 1000, **facts)
        _log.handle(record)


def log_failure(exchange: Exchange, error: BaseException) -> None:
    """Log a bug, with its traceback and the request id by which the caller can ask about it."""
    _log.error("failure", extra=facts_of(exchange), exc_info=error)


def facts_of(exchange: Exchange) -> dict[str, str]:
    """What a log line says of a request."""
    return {"operation": exchange.operation_id or "none", "request_id": exchange.request_id}
