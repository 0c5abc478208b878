"""Have eight managers ask for the largest report and not read it, while others start and stop.

Run `python -m tests.drills.unread_reports`; it fails if the worker grows from round to round, or if others had to wait.
"""

import json
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

from tests.drills.asking import Person, register, starts_and_stops
from tests.running_server import RunningServer
from timetrack.adapters.embedded_postgres import EmbeddedPostgres
from timetrack.adapters.postgres.setup.migrations import Migrations
from timetrack.adapters.postgres.setup.provisioning import grant, provision

_READERS = 8
_SLOWEST = 2.0
_CUT_OFF = 30.0
"""Seconds after which all who do not read have been cut off: twice the deadline for writing, and some."""

_MEBIBYTE = 1 << 20
_MOST_GROWTH = 64
"""MiB, from the last round but one to the last: what is kept of a round is used again by the next."""

_ROUNDS = 3

_ENTRIES = """
    INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at, description)
    SELECT users.id, tasks.id, 0, day, day + interval '1 hour', 'drill'
    FROM users, (SELECT min(id) AS id FROM tasks) AS tasks,
        generate_series('2020-01-01'::timestamptz, '2020-10-26'::timestamptz, '1 day') AS day
"""
_USERS = """
    INSERT INTO users (national_id, surname, name, profile, role, password_hash)
    SELECT '7000 ' || lpad(n::text, 6, '0'), 'Drill', 'Number ' || n, 'complete', 'member', 'none'
    FROM generate_series(1, 300) AS n
"""
_REPORT = {"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z", "group_by": ["user", "day", "task"]}


def main() -> None:
    """Run the drill, and print the figures; exit with 1 if it went wrong."""
    with tempfile.TemporaryDirectory(prefix="timetrack-drill-") as folder:
        Path(folder).chmod(0o711)
        with EmbeddedPostgres(Path(folder) / "home") as postgres:
            database = provision(postgres.start())
            Migrations(database.owner_url).apply()
            grant(database.owner_url, database.application_role)
            with RunningServer(["--database-url", database.application_url, "--workers", "1"]) as server:
                managers = [register(server, number) for number in range(_READERS)]
                others = [register(server, number) for number in range(100, 105)]
                with psycopg.connect(database.owner_url) as owner:
                    owner.execute("UPDATE users SET role = 'manager' WHERE id = ANY(%s)", [[m.id for m in managers]])
                    owner.execute(_USERS)
                    owner.execute(_ENTRIES)
                good = unread(server, managers, others)
    sys.exit(not good)


def unread(server: RunningServer, managers: Sequence[Person], others: Sequence[Person]) -> bool:
    """Ask for reports in rounds and do not read them; return whether memory is bounded and nobody else waited."""
    most = [_memory(server)]
    slowest = 0.0
    for _ in range(_ROUNDS):
        with ExitStack() as stack:
            for manager in managers:
                stack.enter_context(_asked(server, manager))
            meanwhile = starts_and_stops(server, others, rounds=20)
            most.append(_most_memory(server, _CUT_OFF))
        sys.stdout.write(meanwhile.line("eight large reports are not read: others start and stop"))
        slowest = max(slowest, *meanwhile.times)
    sys.stdout.write(f"| a worker's memory: before, and at most in each round | {most} MiB | |\n")
    return most[-1] - most[-2] <= _MOST_GROWTH and slowest < _SLOWEST


def _most_memory(server: RunningServer, seconds: float) -> int:
    most, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        most = max(most, _memory(server))
        time.sleep(0.2)
    return most


def _asked(server: RunningServer, manager: Person) -> socket.socket:
    address = urlsplit(server.address)
    connection = socket.create_connection((address.hostname, address.port))
    body = json.dumps(_REPORT).encode()
    head = (
        f"POST /report HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {manager.token}\r\nAccept: text/csv\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def _memory(server: RunningServer) -> int:
    """Return the MiB that the largest process of the server has."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    return max(int(child.memory_info().rss) for child in children) // _MEBIBYTE


if __name__ == "__main__":
    main()
