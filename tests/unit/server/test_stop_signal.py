import os
import select
import signal
from collections.abc import Iterator

import pytest

from timetrack.entrypoints.server.stop_signal import StopSignal

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _handlers_are_put_back() -> Iterator[None]:
    before = {sig: signal.getsignal(sig) for sig in _SIGNALS}
    yield
    for sig, handler in before.items():
        signal.signal(sig, handler)


@pytest.mark.parametrize("sig", _SIGNALS)
def test_the_first_signal_counts_and_wakes_who_waits(sig: signal.Signals) -> None:
    stop = StopSignal(0)
    assert not stop

    os.kill(os.getpid(), sig)
    os.kill(os.getpid(), signal.SIGTERM)

    assert stop.signal == sig
    assert select.select([stop], [], [], 0)[0] == [stop]
    assert stop.drains == (sig != signal.SIGINT)


def test_a_hang_up_that_was_ignored_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    stop = StopSignal(0)
    os.kill(os.getpid(), signal.SIGHUP)

    assert not stop


def test_a_further_signal_ends_the_drain_period() -> None:
    stop = StopSignal(3600)
    os.kill(os.getpid(), signal.SIGTERM)
    signal.signal(signal.SIGALRM, stop._take)  # noqa: SLF001 - as one that comes while it waits
    signal.setitimer(signal.ITIMER_REAL, 0.05)

    stop.drain()

    assert stop.left(3600) > 0
