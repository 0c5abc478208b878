"""The signal that ends the server."""

import os
import select
import signal
from types import FrameType

from timetrack.entrypoints.server.drain_period import DrainPeriod

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignal:
    """Handler of SIGINT, SIGTERM and SIGHUP: keeps the first signal that has come, None until then.

    A hang-up that was ignored when the program started (`nohup`) stays ignored. As a file it can be read once a signal
    has come.
    """

    def __init__(self, drain_seconds: float) -> None:
        self.signal: signal.Signals | None = None
        self._period = DrainPeriod(drain_seconds)
        self._woken, self._wakes = os.pipe()
        for sig in _SIGNALS:
            if sig != signal.SIGHUP or signal.getsignal(sig) != signal.SIG_IGN:
                signal.signal(sig, self._take)

    def _take(self, sig: int, _: FrameType | None) -> None:
        self.signal = self.signal or signal.Signals(sig)
        self._period.begin()
        if not self._has_woken(0):
            os.write(self._wakes, b"!")

    def __bool__(self) -> bool:
        return self.signal is not None

    def fileno(self) -> int:
        """Return what can be read once a signal has come."""
        return self._woken

    @property
    def drains(self) -> bool:
        """True if the signal asks for a drain period: all but Ctrl-C do."""
        return self.signal not in {None, signal.SIGINT}

    def drain(self) -> None:
        """Wait for the end of the drain period; a further signal ends it."""
        os.read(self._woken, 1)
        while not (self._period.over or self._has_woken(0.05)):
            pass

    def left(self, seconds: float) -> float:
        """Return what is left of so many seconds since the signal came."""
        return self._period.left(seconds)

    def _has_woken(self, seconds: float) -> bool:
        return bool(select.select([self._woken], [], [], seconds)[0])
