"""Memory of a server's workers."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import psutil

from bench.machine import cpu_seconds

TARGET_MIB = 80
"""The most that a worker may have resident after the load."""

_MIB = 1024 * 1024
_WORKER = "timetrack.entrypoints.server.worker"
_QUIET_SECONDS = 0.5
_MOST_CPU_AT_REST = 0.05
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """MiB: resident (RSS), its own alone (USS), and its own with its part of what it shares (PSS, on Linux)."""

    rss: float
    uss: float
    pss: float

    @classmethod
    def of(cls, process: psutil.Process) -> Self:
        """Read the memory of a process."""
        used = process.memory_full_info()
        return cls(rss=used.rss / _MIB, uss=used.uss / _MIB, pss=getattr(used, "pss", used.rss) / _MIB)


def workers_of(server: int) -> Sequence[psutil.Process]:
    """Return the workers of a TimeTrack server, the oldest first."""
    workers = (child for child in psutil.Process(server).children() if _WORKER in child.cmdline())
    return sorted(workers, key=psutil.Process.create_time)


def wait_for_rest(server: int) -> None:
    """Wait until a server has loaded everything: it serves before all its workers do."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    before = -_MOST_CPU_AT_REST
    while (now := cpu_seconds(server)) - before >= _MOST_CPU_AT_REST and time.monotonic() < deadline:
        before = now
        time.sleep(_QUIET_SECONDS)
