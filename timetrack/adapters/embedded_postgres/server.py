"""A PostgreSQL of our own: started, found again, stopped."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from timetrack.adapters.embedded_postgres import cluster, ports, postmaster
from timetrack.adapters.embedded_postgres.account import account_for_postgres
from timetrack.adapters.embedded_postgres.binaries import find_binaries, major_version, runnable_binaries
from timetrack.adapters.embedded_postgres.data_folder import DataFolder
from timetrack.adapters.embedded_postgres.errors import EmbeddedPostgresError
from timetrack.adapters.embedded_postgres.lock import Lock
from timetrack.adapters.embedded_postgres.log import Log
from timetrack.adapters.embedded_postgres.process import end, spawn

_POLL_SECONDS = 0.02


class EmbeddedPostgres:
    """A private PostgreSQL that lives in one folder and serves on loopback only.

    Of several programs that start it in one folder, one runs it and the others share it. It ends with the program
    that runs it; on Linux also when that program is killed. After any crash the next start recovers the data.

    Not `durable` is for tests: a crash of PostgreSQL may lose the last commits, a power failure all the data.
    """

    def __init__(self, data_folder: Path, *, durable: bool = True, binaries: Path | None = None) -> None:
        self._data_folder = DataFolder(data_folder.resolve(), account_for_postgres())
        self._durable = durable
        self._binaries = binaries
        self._lock = Lock(self._data_folder)
        self._log = Log(self._data_folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def pid(self) -> int | None:
        """The process ID of the postmaster that we run; None when it is not running, or not ours."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def start(self, timeout: float = 60) -> str:
        """Return the superuser's URL of a PostgreSQL that accepts connections; may be called again at any time.

        After PostgreSQL was killed, this starts it anew, at the same port unless somebody has taken that meanwhile.
        Call it from the main thread, or from one that lasts as long: on Linux PostgreSQL ends with that thread.

        Raises:
            EmbeddedPostgresError: it does not serve; nothing that this call has started is left running.
        """
        with self._stopped_on_failure():
            if self.pid is None:
                self._port = self._start(time.monotonic() + timeout)
            password = self._data_folder.read_password()
            return f"postgresql://postgres:{password}@{ports.LOOPBACK}:{self._port}/postgres"

    def stop(self) -> None:
        """End the PostgreSQL that we run, if any; one that another program runs goes on."""
        if self._process is not None:
            end(self._process)
            self._process = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def _stopped_on_failure(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            self.stop()
            raise EmbeddedPostgresError(f"PostgreSQL cannot be run in {self._data_folder.path}: {exc}") from exc
        except BaseException:
            self.stop()
            raise

    def _start(self, deadline: float) -> int:
        self.stop()  # clears away one that was killed
        binaries = find_binaries(self._binaries)
        major = major_version(binaries)
        cluster.require_usable_data(self._data_folder.data, major)
        self._data_folder.take()
        other = self._lock_or_find_other(deadline)
        return other.port if other else self._run(binaries, major, deadline)

    def _lock_or_find_other(self, deadline: float) -> postmaster.PidFile | None:
        """Return the PostgreSQL that another program runs in the data folder; None once we hold the lock ourselves."""
        while not self._lock.acquire():
            found = postmaster.read_pid_file(self._data_folder.data)
            if found and found.is_ready and found.is_served():
                return found
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"{self._data_folder.path} is locked by another program that does not serve it"
                )
            time.sleep(_POLL_SECONDS)
        return None

    def _run(self, binaries: Path, major: str, deadline: float) -> int:
        self._discard_stale_files()
        runnable = runnable_binaries(binaries, self._data_folder.account, self._data_folder.binaries)
        if not self._data_folder.data.exists():
            cluster.create_data(
                self._data_folder,
                runnable,
                major,
                durable=self._durable,
                lock=self._lock,
                log=self._log,
                deadline=deadline,
            )
        return self._serve(runnable, deadline)

    def _discard_stale_files(self) -> None:
        # With the lock held they can only be a dead one's, whose process ID may be another's by now: PostgreSQL would
        # refuse to start. The exception is a PostgreSQL that somebody started by hand on our data.
        found = postmaster.read_pid_file(self._data_folder.data)
        if found and found.is_served():
            raise EmbeddedPostgresError(
                f"{self._data_folder.data} is in use by a PostgreSQL that was started otherwise "
                f"(process {found.pid}): stop it"
            )
        for stale in (postmaster.pid_file(self._data_folder.data), *self._data_folder.path.glob(".s.PGSQL.*")):
            stale.unlink(missing_ok=True)

    def _serve(self, binaries: Path, deadline: float) -> int:
        for port in ports.candidates(self._data_folder):
            command = postmaster.command(self._data_folder, binaries, port, durable=self._durable)
            self._process = spawn(command, account=self._data_folder.account, lock=self._lock, log=self._log)
            if self._gets_ready(deadline):
                ports.remember(self._data_folder, port)
                return port
            if ports.is_free(port):
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {self._log.last_error()}")
        raise EmbeddedPostgresError(f"PostgreSQL found no free port on {ports.LOOPBACK}")

    def _gets_ready(self, deadline: float) -> bool:
        """Wait until PostgreSQL accepts connections; False if it ended instead."""
        while (pid := self.pid) is not None:
            found = postmaster.read_pid_file(self._data_folder.data)
            if found and found.pid == pid and found.is_ready:
                return True
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"PostgreSQL was not ready in time: {self._log.last_error()}")
            time.sleep(_POLL_SECONDS)
        return False
