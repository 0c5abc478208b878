"""The figures of a fault run and of a calm run, as tables in Markdown."""

from collections.abc import Iterator, Mapping

from tests.reliability.calm_run.calm_run import CLIENTS as CALM_CLIENTS
from tests.reliability.calm_run.calm_run import MOST_GROWTH_MIB, CalmRun
from tests.reliability.fault_run.fault_run import CLIENTS, USERS, FaultRun
from tests.reliability.killable_server import WORKERS


def figures(run: FaultRun) -> str:
    """Return the table of a run."""
    return _table(_rows(run))


def calm_figures(run: CalmRun) -> str:
    """Return the table of a run."""
    return _table(_calm_rows(run))


def _table(rows: Iterator[tuple[str, object]]) -> str:
    lines = "".join(f"| {what} | {number} |\n" for what, number in rows)
    return f"| what | figure |\n|---|---|\n{lines}"


def _calm_rows(run: CalmRun) -> Iterator[tuple[str, object]]:
    yield "clients, worker processes", f"{CALM_CLIENTS}, {WORKERS}"
    yield "seconds", f"{run.seconds:.0f}"
    yield "requests (refused)", f"{run.requests} ({run.refused})"
    times = {"start": 0, "first round": 1, "middle": len(run.memory) // 2, "end": len(run.memory) - 1}
    for when, number in times.items():
        workers = run.memory[number]
        yield (
            f"RSS (USS) of each worker, {when}, MiB",
            ", ".join(f"{each.rss:.1f} ({each.uss:.1f})" for each in workers),
        )
    yield "growth after the first round, MiB (at most)", f"{run.growth:.1f} ({MOST_GROWTH_MIB})"


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
