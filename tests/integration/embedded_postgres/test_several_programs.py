"""Several programs that want to run PostgreSQL in one folder."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.embedded_postgres.programs import (
    eventually,
    program,
    psql,
    said,
)
from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
)
from timetrack.adapters.embedded_postgres.account import account_for_postgres


def test_a_second_one_shares_the_first_and_leaves_it_running(running: EmbeddedPostgres, running_home: Path) -> None:
    second = EmbeddedPostgres(running_home, durable=False)

    url = second.start()
    second.stop()

    assert url == running.start()
    assert second.pid is None
    assert psql(url, "select 1") == "1"


def test_of_two_that_start_at_once_one_serves_both(data_folder: Path, copied_binaries: Path) -> None:
    with program(data_folder, copied_binaries) as child, EmbeddedPostgres(data_folder, durable=False) as server:
        url = server.start()
        childs_url, childs_pid = said(child)

        assert url == childs_url
        assert bool(server.pid) != bool(childs_pid)


def test_a_second_one_takes_over_when_the_first_is_gone(used_home: Path, copied_binaries: Path) -> None:
    with program(used_home, copied_binaries) as child:
        said(child)
        second = EmbeddedPostgres(used_home, durable=False)
        second.start()
        child.kill()

        with second:
            # Until the first has quite gone, it is still shared.
            assert eventually(lambda: bool(second.start()) and second.pid is not None)


def test_a_home_locked_by_one_that_does_not_serve_is_reported(used_home: Path) -> None:
    with (used_home / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(EmbeddedPostgresError, match="locked by another program"):
            EmbeddedPostgres(used_home, durable=False).start(timeout=0.1)


def test_data_that_somebody_serves_by_hand_is_refused_and_goes_on(used_home: Path, copied_binaries: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    url = server.start()
    server.stop()
    with by_hand(used_home, copied_binaries, urlsplit(url).port) as postgres:
        with pytest.raises(EmbeddedPostgresError, match=rf"in use by .* \(process {postgres.pid}\)"):
            server.start()

        assert psql(url, "select 1") == "1"


@contextmanager
def by_hand(data_folder: Path, programs: Path, port: int | None) -> Iterator[subprocess.Popen[bytes]]:
    account = account_for_postgres()
    status = data_folder / "data" / "postmaster.pid"
    with subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
        [programs / "postgres", "-D", data_folder / "data", "-p", str(port), "-c", "unix_socket_directories="],
        user=None if account.is_ours else account.uid,
        cwd="/",
        stderr=subprocess.DEVNULL,
    ) as postgres:
        try:
            assert eventually(lambda: status.exists() and "ready" in status.read_text())
            yield postgres
        finally:
            postgres.send_signal(signal.SIGINT)


def test_root_needs_an_unprivileged_user_to_run_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    with pytest.raises(EmbeddedPostgresError, match="refuses to run as root, and there is no user no-such-user"):
        account_for_postgres("no-such-user")
