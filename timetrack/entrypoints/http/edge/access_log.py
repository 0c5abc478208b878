"""The access log: what each request was for, by whom, its status and duration, and nothing of what was sent.

Of the path it has the template that the contract has: a path itself may hold a secret.
"""

import logging
import time

from timetrack.entrypoints.http.edge.request_context import RequestContext

_log = logging.getLogger(__name__)

# The attributes that all records share; the constructor of LogRecord would compute them each time.
_COMMON_ATTRIBUTES = vars(logging.LogRecord(__name__, logging.INFO, __file__, 0, "request", (), None))


def log_request(context: RequestContext, *, status: int, seconds: float) -> None:
    """Log the end of a request."""
    if _log.isEnabledFor(logging.INFO):
        record = logging.LogRecord.__new__(logging.LogRecord)
        created = time.time()
        facts = {**facts_of(context), "status": status, "ms": round(seconds * 1000, 1)}
        vars(record).update(_COMMON_ATTRIBUTES, created=created, msecs=created % 1 * 1000, **facts)
        _log.handle(record)


def log_failure(context: RequestContext, error: BaseException) -> None:
    """Log a bug with its traceback, and with the request id that its caller was told."""
    _log.error("failure", extra=facts_of(context), exc_info=error)


def facts_of(context: RequestContext) -> dict[str, object]:
    """Return the fields of a log line that identify a request; no `user_id` where nobody has signed in."""
    operation = context.route.operation if context.route else None
    facts: dict[str, object] = {
        "operation": operation.operation_id if operation else "none",
        "method": context.method,
        "path": operation.path if operation else "none",
        "request_id": context.request_id,
    }
    if context.caller is not None:
        facts["user_id"] = context.caller.user_id
    return facts
