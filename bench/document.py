"""The figures, as the tables of docs/performance.md."""

import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.contenders import Contender
from bench.load import Sample
from bench.memory import TARGET_MIB, Memory
from bench.operations import OPERATIONS, Operation
from bench.starting import TARGET_SECONDS

PGBENCH = "pgbench"

Samples = Mapping[tuple[str, str], Sequence[Sample]]
"""Samples by operation and contender."""

_BLOCK = re.compile(r"(<!-- figures: [^\n]*-->\n).*?(<!-- /figures -->)", re.DOTALL)


def middle(samples: Sequence[Sample], member: str) -> float:
    """Return the median of a member."""
    return float(median(getattr(sample, member) for sample in samples))


def tables(samples: Samples, contenders: Sequence[Contender], *, others: float, load: float) -> str:
    """Return the figures of the operations in Markdown."""
    done = [operation for operation in OPERATIONS if (operation.name, PGBENCH) in samples]
    parts = [_circumstances(others, load), _rates(samples, contenders, done)]
    if len(contenders) > 1:
        parts.append(_ratios(samples, contenders, done))
    parts.append(_targets(samples, contenders, done))
    return "\n".join(parts)


def memory_table(before: Sequence[Memory], after: Sequence[Memory]) -> str:
    """Return what each worker had before and after the load."""
    head = ("worker", "RSS before, MiB", "RSS after, MiB", "target: under", "USS after, MiB", "PSS after, MiB")
    rows = (
        (f"{number}", f"{first.rss:.1f}", f"{last.rss:.1f}", f"{TARGET_MIB}", f"{last.uss:.1f}", f"{last.pss:.1f}")
        for number, (first, last) in enumerate(zip(before, after, strict=True), start=1)
    )
    return _table(head, rows)


def start_table(seconds: Sequence[float]) -> str:
    """Return how long starts have taken."""
    head = (f"from the start to `GET /ready`, {len(seconds)} starts", "seconds", "target: within")
    took = f"{median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
    return _table(head, [("`timetrack-server --demo` on data that exists, median", took, f"{TARGET_SECONDS}")])


def write(tables_: str, page: Path) -> None:
    """Put the figures into the page, between its two marks."""
    page.write_text(_BLOCK.sub(lambda found: found[1] + tables_ + found[2], page.read_text(encoding="utf-8")), "utf-8")


def _circumstances(others: float, load: float) -> str:
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}; "
        f"other programs had {others:.0%} of the processors meanwhile, load average {load:.1f}. "
        "Medians of the rounds.\n"
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rates(samples: Samples, contenders: Sequence[Contender], operations: Sequence[Operation]) -> str:
    titles = {contender.name: contender.title for contender in contenders} | {PGBENCH: "pgbench, the same SQL"}
    head = ("operation", "served by", "requests/s", "p50 ms", "p99 ms", "server CPU us", "PostgreSQL CPU us", "errors")
    rows = (
        (operation.title if name == contenders[0].name else "", title, *_figures(samples[operation.name, name], name))
        for operation in operations
        for name, title in titles.items()
    )
    return _table(head, rows)


def _figures(samples: Sequence[Sample], name: str) -> Iterable[str]:
    yield f"{middle(samples, 'rate'):.0f}"
    yield f"{middle(samples, 'p50'):.1f}"
    # pgbench tells the mean only.
    yield "" if name == PGBENCH else f"{middle(samples, 'p99'):.1f}"
    yield "" if name == PGBENCH else f"{middle(samples, 'server_cpu'):.0f}"
    yield f"{middle(samples, 'postgres_cpu'):.0f}"
    yield f"{middle(samples, 'refused'):.2%}"


def _ratios(samples: Samples, contenders: Sequence[Contender], operations: Sequence[Operation]) -> str:
    ours, *others = contenders
    head = ("server CPU of TimeTrack, as a part of", *(operation.title for operation in operations))
    rows = (
        (other.title, *(_part(samples, operation, ours.name, other.name) for operation in operations))
        for other in others
    )
    return _table(head, rows)


def _part(samples: Samples, operation: Operation, ours: str, other: str) -> str:
    part = middle(samples[operation.name, ours], "server_cpu") / middle(samples[operation.name, other], "server_cpu")
    return f"1/{1 / part:.1f}"


def _targets(samples: Samples, contenders: Sequence[Contender], operations: Sequence[Operation]) -> str:
    ours = contenders[0].name
    rows = []
    for operation in operations:
        cpu = middle(samples[operation.name, ours], "server_cpu")
        share = middle(samples[operation.name, ours], "rate") / middle(samples[operation.name, PGBENCH], "rate")
        most, least = operation.target or (None, None)
        rows.append((operation.title, f"{cpu:.0f}", f"{most or ''}", f"{share:.0%}", f"{least} %" if least else ""))
    head = ("operation", "server CPU us", "target: at most", "of pgbench's rate", "target: at least")
    return _table(head, rows)
