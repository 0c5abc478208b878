"""The figures of a fault run, for people."""

from collections.abc import Iterator, Mapping

from tests.reliability.fault_run import CLIENTS, USERS, FaultRun
from tests.reliability.site import WORKERS


def figures(run: FaultRun) -> str:
    """Return a table in Markdown."""
    rows = "".join(f"| {what} | {number} |\n" for what, number in _rows(run))
    return f"| what | figure |\n|---|---|\n{rows}"


def _rows(run: FaultRun) -> Iterator[tuple[str, object]]:
    yield "clients, users, worker processes", f"{CLIENTS}, {USERS}, {WORKERS}"
    yield "seconds (seed)", f"{run.seconds:.0f} ({run.seed})"
    yield "operations", len(run.operations)
    yield from _with_parts("faults", run.faults)
    yield from _with_parts("unknown outcomes, asked again with the same key", run.unknown)
    yield "operations whose outcome stayed unknown", run.undecided
    yield "users whose history is not linearizable", len(run.violations)
    yield from run.broken.items()


def _with_parts(what: str, parts: Mapping[str, int]) -> Iterator[tuple[str, object]]:
    yield what, sum(parts.values())
    yield from ((f"- {part}", parts[part]) for part in sorted(parts))
