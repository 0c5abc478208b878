"""Processor time: ours, and everybody else's."""

import os
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import psutil


def cpu_seconds(root: int) -> float:
    """Return the CPU time of a process and all its descendants, those that have ended included."""
    while True:
        try:
            return _sum_of(psutil.Process(root))
        except psutil.NoSuchProcess:
            # A descendant has ended since it was listed; its time is now among that of those that have.
            if not psutil.pid_exists(root):
                raise


@dataclass(frozen=True, slots=True)
class Busy:
    """Processor seconds up to a moment: of the whole machine, of what was measured, and what a host took away."""

    machine: float
    ours: float
    stolen: float
    possible: float

    @classmethod
    def until_now(cls, roots: Iterable[int]) -> Self:
        """Read the counters; `roots` are the process trees under load, the load's own are known."""
        times = psutil.cpu_times()
        idle = times.idle + getattr(times, "iowait", 0)
        stolen = getattr(times, "steal", 0)
        everything = sum(times) - getattr(times, "guest", 0) - getattr(times, "guest_nice", 0)
        return cls(everything - idle - stolen, sum(map(cpu_seconds, roots)) + _own_seconds(), stolen, everything)

    def others_since(self, before: Self) -> float:
        """Return the part of the machine that others had, from 0 to 1."""
        others = (self.machine - before.machine) - (self.ours - before.ours) + (self.stolen - before.stolen)
        return max(others, 0) / (self.possible - before.possible)


def _sum_of(process: psutil.Process) -> float:
    ended = process.cpu_times()
    alive = (each.cpu_times() for each in [process, *process.children(recursive=True)])
    return float(ended.children_user + ended.children_system + sum(each.user + each.system for each in alive))


def load_average() -> float:
    """Return how many processes wanted to run in the last minute."""
    return os.getloadavg()[0]


def _own_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
