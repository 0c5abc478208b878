"""How the server starts, ends, and what it survives."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.drills.stop_under_load import stop_under_load
from tests.people_info_process import people_info
from tests.processes import children_named, eventually, free_port, postmasters
from tests.running_server import RunningServer

_ID = "1234 567890"


def test_ctrl_c_leaves_no_process_behind_and_the_next_start_finds_the_data(data_dir: Path) -> None:
    with RunningServer(["--data-dir", str(data_dir)]) as server:
        server.register(_ID)
        family = psutil.Process(server.process.pid).children(recursive=True)

        status = server.end(signal.SIGINT)

    with RunningServer(["--data-dir", str(data_dir), "--workers", "1"]) as server:
        again = server.sign_in(_ID)

    assert status == 0
    assert "Traceback" not in server.output
    assert not [process for process in family if process.is_running()]
    assert again


def test_kill_9_leaves_no_process_behind_and_loses_nothing(used_data_dir: Path) -> None:
    with RunningServer(["--data-dir", str(used_data_dir)]) as server:
        server.register(_ID)
        token = server.sign_in(_ID)
        entry = server.call("POST", f"/tasks/{server.create_task(token)}/start", token=token).json()
        family = psutil.Process(server.process.pid).children(recursive=True)

        server.end(signal.SIGKILL)
        eventually(lambda: not any(process.is_running() for process in family), "the end of all children")

    assert not postmasters(used_data_dir)
    with RunningServer(["--data-dir", str(used_data_dir), "--workers", "1"]) as server:
        stopped = server.call("POST", f"/tasks/{entry['task_id']}/stop", token=token)
    assert stopped.json()["id"] == entry["id"]


def test_what_ends_beside_the_server_is_started_again(used_data_dir: Path) -> None:
    with RunningServer(["--data-dir", str(used_data_dir), "--workers", "1"]) as server:
        server.register(_ID)
        parent = server.process.pid
        worker = children_named(parent, "entrypoints.server.worker")
        people = children_named(parent, "entrypoints.peopleinfo")
        postgres = children_named(parent, "postgres")

        for process in (*worker, *people, *postgres):
            os.kill(process.pid, signal.SIGKILL)

        eventually(lambda: _answers(server, "/ready"), "a server that is ready again")
        ids = (f"4321 {number:06}" for number in count())
        eventually(lambda: server.register(next(ids))["profile"] == "complete", "people-info again")
        assert len(worker) == len(people) == len(postgres) == 1
        assert server.sign_in(_ID)


def test_sigterm_tells_load_balancers_first_and_then_lets_the_server_end(used_data_dir: Path) -> None:
    with RunningServer(["--data-dir", str(used_data_dir), "--drain-seconds", "3"]) as server:
        assert server.call("GET", "/ready").status_code == 200

        server.process.send_signal(signal.SIGTERM)

        eventually(lambda: server.call("GET", "/ready").status_code == 503, "a server that is no longer ready")
        assert server.call("GET", "/health").status_code == 200
        assert server.end(signal.SIGTERM) == 0


def test_clients_without_a_proxy_lose_nothing_by_sigterm(used_data_dir: Path) -> None:
    with RunningServer(["--data-dir", str(used_data_dir)]) as server:
        outcomes = stop_under_load(server, _ID)

    assert set(outcomes) == {"status 200"}
    assert "Traceback" not in server.output


def test_who_connects_before_the_port_closes_is_answered_and_nobody_connects_after_it(used_data_dir: Path) -> None:
    flags = ["--data-dir", str(used_data_dir), "--drain-seconds", "0", "--workers", "1"]
    with RunningServer(flags) as server:
        url = urlsplit(server.address)
        address = (str(url.hostname), int(url.port or 0))
        worker = _workers(server)[0]
        worker.suspend()
        with socket.create_connection(address, timeout=30) as early:
            early.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            server.process.send_signal(signal.SIGTERM)
            eventually(lambda: _connecting_fails(address), "a port that takes nobody in")
            worker.resume()

            answer = early.recv(65_536)

        assert server.end(signal.SIGTERM) == 0
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in answer


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_in_flight_finishes_after_a_signal(used_data_dir: Path, sig: signal.Signals) -> None:
    flags = ["--data-dir", str(used_data_dir), "--drain-seconds", "0", "--workers", "1", "--peopleinfo-timeout", "2"]
    with RunningServer(flags) as server, ThreadPoolExecutor(1) as threads:
        assert server.address
        worker = children_named(server.process.pid, "entrypoints.server.worker")[0]

        # People-info hangs for this series, so the registration waits for it.
        registration = threads.submit(server.register, "0503 000001")
        eventually(lambda: _waits_for_people_info(worker, server), "a request in flight")
        status = server.end(sig)

        assert registration.result()["profile"] == "pending"
        assert status == 0
        assert "Traceback" not in server.output


def test_people_info_outlives_the_requests_that_ask_it(used_data_dir: Path) -> None:
    with RunningServer(["--data-dir", str(used_data_dir), "--drain-seconds", "3"]) as server:
        assert server.call("GET", "/ready").status_code == 200
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: server.call("GET", "/ready").status_code == 503, "a server that is no longer ready")

        user = server.register(_ID)

    assert user["profile"] == "complete"


def test_a_people_info_that_hangs_at_its_start_does_not_keep_sigterm_from_working(
    used_data_dir: Path, tmp_path: Path
) -> None:
    hang = "import sys, time\nif 'timetrack.entrypoints.peopleinfo.bundled' in sys.orig_argv:\n    time.sleep(3600)\n"
    (tmp_path / "sitecustomize.py").write_text(hang)
    flags = ["--data-dir", str(used_data_dir), "--workers", "2"]
    with RunningServer(flags, environment={"PYTHONPATH": str(tmp_path)}) as server:
        # The second worker is started once the first one serves, just before the server waits for people-info.
        eventually(lambda: len(_workers(server)) == 2, "two workers")

        assert server.end(signal.SIGTERM) == 0

    assert "serves at" not in server.output


def test_a_user_registers_while_people_info_is_down_and_gets_a_name_later(used_data_dir: Path) -> None:
    port = free_port()
    flags = ["--data-dir", str(used_data_dir), "--workers", "1", "--peopleinfo-url", f"http://127.0.0.1:{port}"]
    with RunningServer(flags) as server:
        before = server.register(_ID)
        token = server.sign_in(_ID)

        with people_info("--port", str(port)):
            eventually(
                lambda: server.call("GET", "/users/current", token=token).json()["profile"] == "complete",
                "a complete profile",
            )
        after = server.call("GET", "/users/current", token=token).json()

    assert (before["profile"], before["surname"]) == ("pending", "")
    assert after["surname"]


def _workers(server: RunningServer) -> list[psutil.Process]:
    return children_named(server.process.pid, "entrypoints.server.worker")


def _connecting_fails(address: tuple[str, int]) -> bool:
    """Tell whether whoever connects gets no answer, which is not the refusal by a port that is closed."""
    try:
        socket.create_connection(address, timeout=0.2).close()
    except TimeoutError:
        return True
    return False


def _answers(server: RunningServer, path: str) -> bool:
    try:
        return server.call("GET", path).status_code == 200
    except OSError:
        return False


def _waits_for_people_info(worker: psutil.Process, server: RunningServer) -> bool:
    """Tell whether the worker has a connection that it has opened to neither a client nor the database."""
    own = urlsplit(server.address).port
    postgres = {
        c.laddr.port for p in children_named(server.process.pid, "postgres") for c in p.net_connections("inet4")
    }
    return any(
        c.status == psutil.CONN_ESTABLISHED and c.laddr.port != own and c.raddr.port not in postgres
        for c in worker.net_connections("inet4")
    )
