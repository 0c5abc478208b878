"""Fill the disk of a server's data: it says so, keeps trying, and serves again once there is room.

Run `python -m tests.drills.full_disk`, as root, which may mount a small file system in memory; it fails if the server
ended, did not say what is wrong, or did not serve again.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.drills.asking import Person, ask, gather, register, start, stop
from tests.processes import children_named, eventually
from tests.running_server import RunningServer

_SIZE = "200m"
_MOST_ROUNDS = 20_000


def main() -> None:
    """Run the drill, and print the figures; exit with 1 if it went wrong."""
    with _small_disk() as folder, RunningServer(["--data-dir", str(folder / "home"), "--workers", "1"]) as server:
        person = register(server, 1)
        _fill(folder)
        statuses = _until_refused(server, person)
        reason = server.call("GET", "/ready").json().get("reason")
        _tell(f"| the disk is full: starts and stops until one is refused | {dict(statuses)} |\n")
        _tell(f"| the disk is full: `/ready` | {reason} |\n")

        _kill_postgres(server)
        eventually(lambda: "database does not start" in server.output, "a restart that fails")
        _tell("| PostgreSQL is killed, and cannot start: the log says so | yes |\n")

        (folder / "filler").unlink()
        # The pauses between tries have become longer meanwhile.
        for _ in range(5):
            if _is_ready(server):
                break
        served = gather([start(server, person), stop(server, person)])
        _tell(served.line("there is room again: a start and a stop"))
        good = reason in {"no_connection", "database_full"}  # without room for its log PostgreSQL ends
        sys.exit(not (good and server.process.poll() is None and 503 not in served.statuses))


@contextmanager
def _small_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="timetrack-drill-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0711", "tmpfs", folder], check=True)  # noqa: S603, S607 - the system's
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607 - the system's


def _fill(folder: Path) -> None:
    try:
        with (folder / "filler").open("wb", buffering=0) as filler:
            while filler.write(b"\0" * 65_536):
                pass
    except OSError:
        return


def _until_refused(server: RunningServer, person: Person) -> Counter[int]:
    statuses: Counter[int] = Counter()
    for _ in range(_MOST_ROUNDS):
        for each in (start, stop):
            status, _seconds = each(server, person)
            statuses[status] += 1
            if status == 503:
                return statuses
    return statuses


def _kill_postgres(server: RunningServer) -> None:
    found: list[psutil.Process] = children_named(server.process.pid, "postgres")
    for process in found:
        process.kill()


def _is_ready(server: RunningServer) -> bool:
    try:
        eventually(lambda: ask(server, "GET", "/ready")[0] == 200, "the database serves again")
    except AssertionError:
        return False
    return True


def _tell(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
