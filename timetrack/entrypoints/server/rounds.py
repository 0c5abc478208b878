"""Background work, again and again, on a thread of its own."""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from timetrack.domain.errors import UnavailableError

_log = logging.getLogger(__name__)


@contextmanager
def going_round(work: Callable[[], object], *, seconds: float) -> Iterator[None]:
    """Do the work about every so many seconds while the block runs; the end waits for the work that is under way."""
    stop = threading.Event()
    thread = threading.Thread(target=_go_round, args=(work, seconds, stop), name=f"{work.__name__} round")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _go_round(work: Callable[[], object], seconds: float, stop: threading.Event) -> None:
    # By chance, so that many processes do not all come at the same instant.
    while not stop.wait(seconds * random.uniform(0.5, 1.5)):  # noqa: S311 - nobody gains from guessing it
        try:
            work()
        except UnavailableError as error:
            _log.warning("round put off", extra={"work": work.__name__, "reason": error.code})
        except Exception:  # noqa: BLE001 - whatever it is, the next round may go well
            _log.exception("round failed", extra={"work": work.__name__})
