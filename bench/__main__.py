"""The program behind `make bench`."""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from statistics import median

from bench.contenders import Contender, ContenderError, Running, contenders, running
from bench.database import FilledDatabase, filled_database
from bench.document import PGBENCH, memory_table, start_table, tables, write
from bench.load import Load, LoadError, Sample, require_tools, run_pgbench, run_wrk
from bench.machine import load_average
from bench.memory import Memory, wait_for_rest, workers_of
from bench.operations import OPERATIONS, Operation
from bench.starting import start_times

_TOO_BUSY = 0.1
"""The part of the processors that others may have; with more, rates say little, and nothing is written."""

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"

Samples = dict[tuple[str, str], list[Sample]]


def main() -> int:
    """Measure, print the figures and write them down."""
    options = _options()
    try:
        require_tools()
        with tempfile.TemporaryDirectory(prefix="timetrack-bench-") as folder:
            # PostgreSQL runs as another user where this is root.
            Path(folder).chmod(0o755)
            return _report(options, Path(folder))
    except (LoadError, ContenderError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _report(options: argparse.Namespace, folder: Path) -> int:
    samples, measured, memory = _measured(options, folder)
    others = median(sample.others for sample in chain.from_iterable(samples.values()))
    figures = tables(samples, measured, others=others, load=load_average())
    _say("starting and starting again")
    figures += f"\n{memory}\n{start_table(start_times(options.starts, folder))}"
    print(figures)
    if others > _TOO_BUSY and not options.even_if_busy:
        print(f"Not written down: other programs had {others:.0%} of the processors. --even-if-busy writes it.")
        return 1
    write(figures, options.page)
    return 0


def _measured(options: argparse.Namespace, folder: Path) -> tuple[Samples, Sequence[Contender], str]:
    _say(f"generating {options.entries} time entries")
    operations = [each for each in OPERATIONS if each.name in options.operations]
    load = Load(options.connections, options.seconds, folder)
    with ExitStack() as stack:
        filled = filled_database(folder / "home", users=options.users, tasks=options.tasks, entries=options.entries)
        database = stack.enter_context(filled)
        measured = [each for each in contenders(database.application_url) if each.name in options.contenders]
        servers = [stack.enter_context(running(each, folder / f"{each.name}.log")) for each in measured]
        for server in servers:
            wait_for_rest(server.pid)
        workers = workers_of(servers[0].pid)
        before = [Memory.of(worker) for worker in workers]
        samples: Samples = defaultdict(list)
        for number in range(options.rounds):
            _say(f"round {number + 1} of {options.rounds}")
            _add_round(samples, operations, servers, database, load)
        memory = memory_table(before, [Memory.of(worker) for worker in workers])
    return samples, measured, memory


def _add_round(
    samples: Samples, operations: Sequence[Operation], servers: Sequence[Running], database: FilledDatabase, load: Load
) -> None:
    """Measure everything once, so that what the machine does meanwhile meets all alike."""
    for operation in operations:
        for server in servers:
            database.settle()
            samples[operation.name, server.contender.name].append(run_wrk(operation, database, server, load))
        database.settle()
        samples[operation.name, PGBENCH].append(run_pgbench(operation, database, load))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure how fast TimeTrack is.")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured")
    parser.add_argument("--seconds", type=int, default=5, help="how long each run takes")
    parser.add_argument("--connections", type=int, default=64, help="how many clients ask at once")
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, default=1_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--starts", type=int, default=5, help="how many starts are measured")
    names = [operation.name for operation in OPERATIONS]
    parser.add_argument("--operations", nargs="+", choices=names, default=names)
    servers = [contender.name for contender in contenders("")]
    parser.add_argument("--contenders", nargs="+", choices=servers, default=servers)
    parser.add_argument("--page", type=Path, default=_PAGE, help="where the figures are written down")
    parser.add_argument("--even-if-busy", action="store_true", help="write them down on a busy machine too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
