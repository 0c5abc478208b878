"""The time between the signal to end and the end, in which load balancers learn to go elsewhere."""

import time
from collections.abc import Callable


class DrainPeriod:
    """Tells whether the end has been announced, and whether its time has come."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._begun_at: float | None = None

    def begin(self) -> None:
        """Announce the end; a second announcement changes nothing."""
        if self._begun_at is None:
            self._begun_at = self._clock()

    def left(self, seconds: float) -> float:
        """Return what is left of so many seconds since the end was announced."""
        return max(0.0, seconds - (self._clock() - self._begun_at)) if self._begun_at is not None else seconds

    @property
    def begun(self) -> bool:
        """True once the end has been announced."""
        return self._begun_at is not None

    @property
    def over(self) -> bool:
        """True once the drain period has passed and the process has to end."""
        return self.begun and not self.left(self._seconds)
