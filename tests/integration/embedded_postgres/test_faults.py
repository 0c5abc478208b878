"""What the embedded PostgreSQL survives, and how it ends."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.integration.embedded_postgres.programs import eventually, is_gone, program, psql, said
from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
    process,
)
from timetrack.adapters.embedded_postgres.account import account_for_postgres


def test_killed_it_starts_again_at_the_same_url_with_its_data(used_home: Path) -> None:
    with EmbeddedPostgres(used_home) as server:
        url = server.start()
        psql(url, "create table kept as select 42 as answer")
        killed = server.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: server.pid is None)

        again = server.start()

        assert again == url
        assert server.pid not in {None, killed}
        assert psql(again, "select answer from kept") == "42"


def test_it_ends_with_the_program_that_runs_it(data_folder: Path, copied_binaries: Path) -> None:
    with program(data_folder, copied_binaries) as child:
        _, pid = said(child)
        postgres = psutil.Process(pid)
        family = [postgres, *postgres.children(recursive=True)]

        child.kill()

        assert eventually(lambda: all(is_gone(each) for each in family))


def test_it_does_not_get_the_terminals_interrupt(running: EmbeddedPostgres) -> None:
    assert running.pid
    assert os.getsid(running.pid) != os.getsid(0)


def test_stopped_it_is_gone_and_stopping_again_does_no_harm(server: EmbeddedPostgres) -> None:
    pid = server.pid
    assert pid

    server.stop()
    server.stop()

    assert server.pid is None
    assert not psutil.pid_exists(pid)


def test_one_that_does_not_listen_to_reason_is_stopped_all_the_same(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_SECONDS_TO_END", 0.1)
    pid = server.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)

    server.stop()

    assert not psutil.pid_exists(pid)


def test_a_taken_port_is_given_up_for_another(used_home: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    first = urlsplit(server.start()).port
    server.stop()

    with socket.create_server(("127.0.0.1", first or 0)), server:
        second = urlsplit(server.start()).port
    with server:
        third = urlsplit(server.start()).port

    assert second != first
    assert third == second


def test_files_of_a_dead_one_do_not_stop_it_though_another_has_its_process_id(used_home: Path) -> None:
    server = EmbeddedPostgres(used_home, durable=False)
    url = server.start()
    contents = (used_home / "data" / "postmaster.pid").read_text().splitlines()
    server.stop()
    with sleeper() as other:
        stale = "\n".join([str(other.pid), *contents[1:]]) + "\n"
        (used_home / "data" / "postmaster.pid").write_text(stale)
        (used_home / f".s.PGSQL.{urlsplit(url).port}.lock").write_text(stale)

        with server:
            assert psql(server.start(), "select 1") == "1"


def test_a_dead_ones_file_that_names_the_port_of_a_living_one_does_not_mislead(
    running: EmbeddedPostgres, running_home: Path, used_home: Path
) -> None:
    with sleeper() as dead:
        pass
    lines = (running_home / "data" / "postmaster.pid").read_text().splitlines()
    (used_home / "data" / "postmaster.pid").write_text("\n".join([str(dead.pid), *lines[1:]]) + "\n")

    with EmbeddedPostgres(used_home, durable=False) as other:
        assert other.start() != running.start()


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the user who runs PostgreSQL, which alone makes PostgreSQL believe a pid file."""
    account = account_for_postgres()
    identity = None if account.is_ours else account.uid
    with subprocess.Popen(["sleep", "600"], user=identity) as child:  # noqa: S607 - wherever it lies
        try:
            yield child
        finally:
            child.kill()
