"""A server with its own durable PostgreSQL, of which any process can be killed and the server started again."""

import signal
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self

import psutil
import psycopg
from psycopg import Connection

from tests.processes import children_named, eventually, free_port
from tests.running_server import RunningServer
from timetrack.adapters.embedded_postgres import postmaster
from timetrack.adapters.postgres.setup.administration import url_for

WORKERS = 2

_TERMINATE: LiteralString = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = 'timetrack' AND pid <> pg_backend_pid() AND random() < 0.7
"""


class KillableServer:
    """A server that stays at one address and on one data directory, however often it is started."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._port = free_port()
        self._running = self._start()

    @property
    def running(self) -> RunningServer:
        """The process that serves now, or served last."""
        return self._running

    @property
    def address(self) -> str:
        """The address, the same after each start."""
        return f"http://127.0.0.1:{self._port}"

    def kill_worker(self) -> None:
        """Kill the worker that has lived longest, and so is one that serves."""
        workers = self._children("entrypoints.server.worker")
        min(workers, key=psutil.Process.create_time).kill()

    def kill_postgres(self) -> None:
        """Kill the postmaster, whose processes end with it; the server starts another."""
        for process in self._children("postgres"):
            process.kill()

    def end_sessions(self) -> None:
        """End most of the sessions that the workers have in the database."""
        with self.database() as connection:
            connection.execute(_TERMINATE)

    def kill_server(self) -> None:
        """Kill the server, see its children end, and start it again."""
        family = psutil.Process(self._running.process.pid).children(recursive=True)
        self._running.end(signal.SIGKILL)
        eventually(lambda: not any(process.is_running() for process in family), "the end of all children")
        self._running = self._start()

    def database(self) -> Connection:
        """Connect to the server's database as the superuser."""
        found = postmaster.read_pid_file(self._data_dir / "data")
        assert found is not None, "PostgreSQL does not run"
        password = (self._data_dir / "password").read_text()
        url = f"postgresql://postgres:{password}@127.0.0.1:{found.port}/postgres"
        return psycopg.connect(url_for(url, "timetrack"), autocommit=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._running.end()

    def _children(self, part: str) -> Sequence[psutil.Process]:
        parent = self._running.process.pid
        eventually(lambda: bool(children_named(parent, part)), f"a process {part}")
        return children_named(parent, part)

    def _start(self) -> RunningServer:
        flags = ["--data-dir", str(self._data_dir), "--port", str(self._port), "--workers", str(WORKERS)]
        server = RunningServer(flags)
        assert server.address
        return server
