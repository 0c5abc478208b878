"""A circuit breaker: leaves a service in peace that has just failed several times in a row.

Our own, because the libraries do not fit: pybreaker holds one lock during the whole call, so that calls would wait for
each other, and reads the wall clock; circuitbreaker has no lock and lets every caller try at once when its pause ends.
"""

import threading
import time
from collections.abc import Callable


class CircuitBreaker:
    """Closed, until `failures` calls in a row have failed; then open, but for one trial call each `pause` seconds.

    A trial that succeeds closes it. A trial whose outcome is never told blocks nothing: the next one is a pause later.
    """

    def __init__(self, *, failures: int = 5, pause: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_trial = 0.0

    def permits(self) -> bool:
        """Tell whether a call may be made now; of many who ask when a trial is due, one is told yes."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._next_trial:
                return False
            self._next_trial = self._clock() + self._pause
            return True

    def succeeded(self) -> bool:
        """Note a call that was answered; tell whether that has closed the circuit."""
        with self._lock:
            was_open = self._failures >= self._limit
            self._failures = 0
            return was_open

    def failed(self) -> bool:
        """Note a call that was not; tell whether that has opened the circuit."""
        with self._lock:
            self._failures += 1
            # Calls that were under way when it opened fail late: they must not prolong the pause.
            if self._failures != self._limit:
                return False
            self._next_trial = self._clock() + self._pause
            return True
