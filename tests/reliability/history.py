"""The history of a run, for the checker: requests, outcomes, and when each began and ended."""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Start a timer on a task."""

    task: int
    switch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Stop the timer on a task."""

    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """Choose the setting `timers`."""

    timers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """See what runs."""


Request = Start | Stop | Choose | Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The entry runs since then."""

    entry: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The entry has ended then."""

    entry: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A refusal by its code; `entry` is the one that runs, where the refusal names it."""

    code: str
    entry: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The setting is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """These entries run, and no others."""

    entries: frozenset[int]


Outcome = Started | Stopped | Refused | Chosen | Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that a client wanted, from its first attempt to the answer that told how it has ended.

    Times are of one monotonic clock. Of an unknown outcome, which is None, nobody knows whether the operation has
    taken effect, or is still going to: it never returned.
    """

    user: int
    request: Request
    outcome: Outcome | None
    invoked: float
    returned: float = float("inf")


class Recorder:
    """Takes in operations from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._operations: list[Operation] = []

    def add(self, operation: Operation) -> None:
        """Record an operation that has ended, or was given up."""
        with self._lock:
            self._operations.append(operation)

    def __len__(self) -> int:
        with self._lock:
            return len(self._operations)

    @property
    def operations(self) -> Sequence[Operation]:
        """Return what was recorded so far."""
        with self._lock:
            return tuple(self._operations)


def by_user(operations: Sequence[Operation]) -> Mapping[int, Sequence[Operation]]:
    """Return each user's operations; nothing that one user does may be visible to another."""
    parts: dict[int, list[Operation]] = defaultdict(list)
    for operation in operations:
        parts[operation.user].append(operation)
    return parts
