"""The time between the signal to end and the end, in which load balancers learn to go elsewhere."""

import time
from collections.abc import Callable


class DrainPeriod:
    """Tells whether the end has been announced, and whether its time has come."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._over_at: float | None = None

    def begin(self) -> None:
        """Announce the end; a second announcement changes nothing."""
        if self._over_at is None:
            self._over_at = self._clock() + self._seconds

    @property
    def begun(self) -> bool:
        """True once the end has been announced."""
        return self._over_at is not None

    @property
    def over(self) -> bool:
        """True once the drain period has passed and the process has to end."""
        return self._over_at is not None and self._clock() >= self._over_at
