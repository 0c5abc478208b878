"""Time that a server takes to start on data that exists."""

import time
from collections.abc import Sequence
from pathlib import Path

from bench.contenders import OURS, Contender, running

TARGET_SECONDS = 1.5
"""The longest that the first answer of `GET /ready` may take."""


def start_times(starts: int, folder: Path) -> Sequence[float]:
    """Start `timetrack-server --demo` so often, and return how many seconds each took until it was ready.

    One more start before, which makes the data directory, does not count.
    """
    command = [*OURS, "--demo", "--data-dir", str(folder / "demo"), "--drain-seconds", "0"]
    demo = Contender("demo", "TimeTrack, demo mode", command, {})
    return [_start(demo, folder / "demo.log") for _ in range(1 + starts)][1:]


def _start(server: Contender, log: Path) -> float:
    began = time.monotonic()
    with running(server, log, sign="/ready"):
        return time.monotonic() - began
