"""Have a user's row locked, PostgreSQL hang, and PostgreSQL be away, while clients go on asking.

Run `python -m tests.drills.outages`; it fails if others had to wait, or if it did not serve again.
"""

import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

import psutil
import psycopg

from tests.drills.asking import Person, ask, at_once, gather, register, start, starts_and_stops, stop
from tests.processes import eventually
from tests.running_server import RunningServer
from timetrack.adapters.embedded_postgres import EmbeddedPostgres
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.setup.provisioning import Provisioned, grant, provision

_STOPS = 12
_WAITING = 2
_SETTLED = 8
"""Seconds after which whatever was under way when PostgreSQL began to hang has met its deadline."""


def main() -> None:
    """Run the drills, and print the figures; exit with 1 if one of them went wrong."""
    with tempfile.TemporaryDirectory(prefix="timetrack-drill-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedPostgres(Path(folder) / "home") as postgres:
            database = provision(postgres.start())
            Migrations(database.owner_url).apply()
            grant(database.owner_url, database.application_role)
            with RunningServer(["--database-url", database.application_url, "--workers", "1"]) as server:
                people = [register(server, number) for number in range(6)]
                good = [
                    locked(server, database, people),
                    hanging(server, postgres, people),
                    away(server, postgres, people),
                ]
    sys.exit(not all(good))


def locked(server: RunningServer, database: Provisioned, people: list[Person]) -> bool:
    """Lock one user's row, and have that user stop twelve times."""
    held, *others = people
    start(server, held)
    with ThreadPoolExecutor(_STOPS) as clients, psycopg.connect(database.owner_url) as owner:
        owner.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [held.id])
        stops = [clients.submit(stop, server, held) for _ in range(_STOPS)]
        meanwhile = starts_and_stops(server, others, rounds=20)
        refused = gather(each.result() for each in islice(as_completed(stops), _STOPS - _WAITING))
        owner.rollback()
        stopped = gather(each.result() for each in stops)
    _tell(
        meanwhile.line("a row is locked: others start and stop"), stopped.line("a row is locked: its user's 12 stops")
    )
    return set(meanwhile.statuses) <= {200, 201, 409} and set(refused.statuses) == {503}


def hanging(server: RunningServer, postgres: EmbeddedPostgres, people: list[Person]) -> bool:
    """Have PostgreSQL hang, with SIGSTOP, for as long as the first ones wait and a little more."""
    with _stopped(postgres):
        ready = partial(ask, server, "GET", "/ready")
        first = at_once([ready, *(partial(start, server, person) for person in people)])
        threading.Event().wait(_SETTLED)
        then = at_once([partial(start, server, person) for person in people] * 20)
        readiness = gather([ready()])
    _tell(
        first.line("it hangs: the first to ask"),
        then.line("it hangs: 120 that ask then"),
        readiness.line("it hangs: `/ready`"),
    )
    return set(then.statuses) == {503} and max(*then.times, *readiness.times) < 2 and _serves_again(server)


def away(server: RunningServer, postgres: EmbeddedPostgres, people: list[Person]) -> bool:
    """End PostgreSQL, ask, and start it again."""
    postgres.stop()
    asked = at_once([partial(start, server, person) for person in people] * 20)
    readiness = gather([ask(server, "GET", "/ready")])
    postgres.start()
    _tell(asked.line("it is away: 120 that ask"), readiness.line("it is away: `/ready`"))
    return set(asked.statuses) == {503} and max(*asked.times, *readiness.times) < 2 and _serves_again(server)


@contextmanager
def _stopped(postgres: EmbeddedPostgres) -> Iterator[None]:
    family = _family(postgres)
    for process in family:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in family:
            process.send_signal(signal.SIGCONT)


def _family(postgres: EmbeddedPostgres) -> list[psutil.Process]:
    postmaster = psutil.Process(postgres.pid)
    return [postmaster, *postmaster.children(recursive=True)]


def _serves_again(server: RunningServer) -> bool:
    eventually(lambda: ask(server, "GET", "/ready")[0] == 200, "the database serves again")
    return True


def _tell(*lines: str) -> None:
    sys.stdout.writelines(lines)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
