"""A linearizability checker: tells whether a history could have come from a server that does one thing at a time.

A history is linearizable when every operation can be given an instant between its invocation and its return, so that
the operations, one after the other at those instants, are what a sequential model allows. The search is Wing and
Gong's ("Testing and Verifying Concurrent Objects", 1993): from all operations that may come first, try each, and go
on with the rest. Lowe's memo ("Testing for Linearizability", 2017) keeps it from trying twice what leads to the same
state with the same operations left. Linearizability is local, so each user's history is searched by itself.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Generic, TypeVar

from tests.reliability.history import Operation

State = TypeVar("State", bound=Hashable)

Step = Callable[[State, Operation], State | None]
"""The sequential model: the state after an operation, or None if the operation cannot have ended so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """No order explains the history; the best one explains so many operations, and none of these can come next."""

    explained: int
    stuck: Sequence[Operation]

    def __str__(self) -> str:
        candidates = "".join(f"\n  {operation}" for operation in self.stuck)
        return f"not linearizable: after {self.explained} operations none of these can be the next:{candidates}"


@dataclass(frozen=True, slots=True)
class _Done:
    """Operations that were given their place: all before `first`, and those behind it whose bit is set."""

    first: int = 0
    behind: int = 0

    def __contains__(self, index: int) -> bool:
        return index < self.first or bool(self.behind >> (index - self.first) & 1)

    def __len__(self) -> int:
        return self.first + self.behind.bit_count()

    def and_also(self, index: int) -> "_Done":
        behind = self.behind | 1 << (index - self.first)
        consecutive = (~behind & (behind + 1)).bit_length() - 1
        return _Done(self.first + consecutive, behind >> consecutive)


class _Search(Generic[State]):
    """One search; the memory that it needs grows with the operations and how many of them are concurrent."""

    def __init__(self, operations: Sequence[Operation], step: Step[State]) -> None:
        self._operations = sorted(operations, key=attrgetter("invoked"))
        self._step = step
        self._seen: set[tuple[_Done, State]] = set()

    def run(self, initial: State) -> Violation | None:
        """Return why there is no order, None if there is one."""
        deepest = _Done()
        path = [self._next(_Done(), initial)]
        while path:
            found = next(path[-1], None)
            if found is None:
                path.pop()
                continue
            done, state = found
            if self._explains(done):
                return None
            deepest = max(deepest, done, key=len)
            path.append(self._next(done, state))
        if self._explains(_Done()):
            return None
        return Violation(explained=len(deepest), stuck=[self._operations[index] for index in self._candidates(deepest)])

    def _explains(self, done: _Done) -> bool:
        """Tell whether everything with a known outcome has its place; the rest may never have taken effect."""
        behind = range(done.first, len(self._operations))
        return all(index in done for index in behind if self._operations[index].outcome is not None)

    def _next(self, done: _Done, state: State) -> Iterator[tuple[_Done, State]]:
        """Yield where each operation leads that may come next, unless the search has been there."""
        for index in self._candidates(done):
            after = self._step(state, self._operations[index])
            if after is None:
                continue
            reached = (done.and_also(index), after)
            if reached not in self._seen:
                self._seen.add(reached)
                yield reached

    def _candidates(self, done: _Done) -> Iterator[int]:
        """Yield what may come next: the operations that were invoked before any other one that is left returned."""
        deadline = float("inf")
        for index in range(done.first, len(self._operations)):
            operation = self._operations[index]
            if operation.invoked > deadline:
                return
            if index not in done:
                deadline = min(deadline, operation.returned)
                yield index


def violation(operations: Sequence[Operation], step: Step[State], initial: State) -> Violation | None:
    """Return why the operations are not linearizable; None if they are."""
    return _Search(operations, step).run(initial)
