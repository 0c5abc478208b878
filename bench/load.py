"""The two loads: wrk, which asks a server, and pgbench, which asks PostgreSQL by the same SQL."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import Running
from bench.database import FilledDatabase
from bench.machine import Busy, cpu_seconds
from bench.operations import Operation, lua_of, sql_of
from timetrack.adapters.embedded_postgres.binaries import find_binaries

_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class LoadError(Exception):
    """The load could not be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run: rates a second, times in milliseconds, CPU in microseconds a request, parts of one."""

    rate: float
    p50: float
    p99: float
    server_cpu: float
    postgres_cpu: float
    refused: float
    others: float


def require_tools() -> None:
    """Check that the load can be made.

    Raises:
        LoadError: wrk is missing.
    """
    if not shutil.which("wrk"):
        raise LoadError(
            "the benchmark needs wrk, a load generator: on Debian and Ubuntu, apt-get install -y wrk; "
            "elsewhere see https://github.com/wg/wrk"
        )


@dataclass(frozen=True, slots=True)
class Load:
    """Connections and duration of the load, and the folder of its scripts."""

    connections: int
    seconds: int
    scratch: Path


def run_wrk(operation: Operation, database: FilledDatabase, server: Running, load: Load) -> Sample:
    """Ask a server as fast as it answers."""
    script = load.scratch / f"{operation.name}.lua"
    script.write_text(lua_of(operation, database), encoding="utf-8")
    command = ["wrk", "-t", "1", "-c", str(load.connections), "-d", f"{load.seconds}s", "--latency", "-s", str(script)]
    before, server_before, postgres_before = (
        Busy.until_now([server.pid, database.pid]),
        cpu_seconds(server.pid),
        cpu_seconds(database.pid),
    )
    said = _run([*command, server.url])
    requests = int(_found(r"(\d+) requests in", said))
    after = Busy.until_now([server.pid, database.pid])
    return Sample(
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p50=_latency("50", said),
        p99=_latency("99", said),
        server_cpu=(cpu_seconds(server.pid) - server_before) * 1e6 / requests,
        postgres_cpu=(cpu_seconds(database.pid) - postgres_before) * 1e6 / requests,
        refused=_refused(said) / requests,
        others=after.others_since(before),
    )


def run_pgbench(operation: Operation, database: FilledDatabase, load: Load) -> Sample:
    """Run the operation's SQL as fast as PostgreSQL does."""
    script = load.scratch / f"{operation.name}.sql"
    script.write_text(sql_of(operation, database), encoding="utf-8")
    command = [str(find_binaries() / "pgbench"), "--no-vacuum", "--protocol", "prepared", "--jobs", "2"]
    command += ["--client", str(load.connections), "--time", str(load.seconds), "--file", str(script)]
    before, postgres_before = Busy.until_now([database.pid]), cpu_seconds(database.pid)
    said = _run([*command, database.application_url])
    after = Busy.until_now([database.pid])
    requests = int(_found(r"actually processed: (\d+)", said)) * operation.requests_in_script
    latency = float(_found(r"latency average = ([\d.]+)", said)) / operation.requests_in_script
    return Sample(
        rate=float(_found(r"tps = ([\d.]+)", said)) * operation.requests_in_script,
        p50=latency,
        p99=latency,
        server_cpu=0,
        postgres_cpu=(cpu_seconds(database.pid) - postgres_before) * 1e6 / requests,
        refused=0,
        others=after.others_since(before),
    )


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    if done.returncode:
        raise LoadError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _found(pattern: str, said: str) -> str:
    match = re.search(pattern, said)
    if not match:
        raise LoadError(f"the load generator did not say {pattern!r}:\n{said}")
    return match[1]


def _latency(percentile: str, said: str) -> float:
    number, unit = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]  # wrk says it
    return float(number) * _MILLISECONDS[unit]


def _refused(said: str) -> int:
    """Return how many answers were errors, or never came."""
    numbers = re.findall(r"Non-2xx or 3xx responses: (\d+)|(?:connect|read|write|timeout) (\d+)", said)
    return sum(int(one or other) for one, other in numbers)
