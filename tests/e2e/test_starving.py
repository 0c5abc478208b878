"""Sign-ins and registrations take what is for them, and leave the rest to others."""

import fcntl
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.postgres import Database
from tests.running_server import PASSWORD, ROOT, RunningServer
from timetrack.adapters.passwords import places_of_this_machine

LOW_LIMIT = """
import resource, runpy, sys

_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
sys.argv[:1] = []
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_where_all_places_for_hashing_are_taken_every_worker_says_so_and_serves_the_rest(
    fresh_database: Database,
) -> None:
    with RunningServer(["--database-url", fresh_database.application_url, "--workers", "2"]) as server:
        server.register("1234 000001")
        token = server.sign_in("1234 000001")
        form = {"grant_type": "password", "username": "1234 000001", "password": PASSWORD}
        with the_places(server).open("r+b") as file, ThreadPoolExecutor(12) as threads:
            fcntl.lockf(file, fcntl.LOCK_EX, places_of_this_machine())
            sign_ins = [threads.submit(server.call, "POST", "/auth", data=form) for _ in range(12)]
            meanwhile = [server.call("GET", path, token=token).status_code for path in ("/ready", "/users/current")]
            answers = [each.result() for each in sign_ins]

        assert {each.status_code for each in answers} == {503}
        assert {each.json()["error"] for each in answers} == {"temporarily_unavailable"}
        assert all(int(each.headers["Retry-After"]) >= 1 for each in answers)
        assert meanwhile == [200, 200]
        assert server.sign_in("1234 000001")


def the_places(server: RunningServer) -> Path:
    """Return the file without a name that the server has made for its workers."""
    assert server.address
    folder = Path(f"/proc/{server.process.pid}/fd")
    (found,) = (each for each in folder.iterdir() if each.readlink().name.endswith("(deleted)"))
    return found


def test_registrations_from_one_address_are_limited_and_sign_ins_go_on(fresh_database: Database) -> None:
    flags = ["--database-url", fresh_database.application_url, "--workers", "1", "--registrations-per-address", "2"]
    with RunningServer(flags) as server:
        answers = [
            server.call("POST", "/users", json={"national_id": f"1234 00000{number}", "password": PASSWORD})
            for number in range(3)
        ]
        token = server.sign_in("1234 000000")

    assert [each.status_code for each in answers] == [201, 201, 429]
    assert answers[2].json()["code"] == "too_many_registrations"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 10
    assert token


@pytest.mark.parametrize("program", ["parent", "workers"])
def test_all_processes_may_have_as_many_descriptors_as_the_system_allows(
    fresh_database: Database, program: str
) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    command = (sys.executable, "-c", LOW_LIMIT, str(ROOT / "cmd" / "server.py"))
    with RunningServer(["--database-url", fresh_database.application_url], command=command) as server:
        assert server.address
        parent = psutil.Process(server.process.pid)
        limits = {
            each.rlimit(psutil.RLIMIT_NOFILE) for each in ([parent] if program == "parent" else parent.children())
        }

    assert limits == {(most, most)}
