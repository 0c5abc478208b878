"""What is asked for most needs no thread: a start that waits for a lock keeps nobody else waiting."""

from concurrent.futures import ThreadPoolExecutor
from typing import LiteralString

import psycopg
import pytest

from tests.postgres import Database
from tests.processes import eventually
from tests.running_server import RunningServer
from tests.sql import number
from tests.waiting_callers import wait_for_waiting

pytestmark = pytest.mark.xdist_group("without threads")

_CONNECTIONS: LiteralString = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'timetrack' AND datname = %s"
)
_POOLED, _SHARED, _PROBES = 2, 5, 1


def test_a_start_that_waits_for_a_lock_leaves_the_only_thread_to_others(fresh_database: Database) -> None:
    flags = ["--database-url", fresh_database.application_url, "--workers", "1", "--threads", "1"]
    with (
        RunningServer([*flags, "--database-pool-size", str(_POOLED)]) as server,
        psycopg.connect(fresh_database.owner_url, autocommit=True) as owner,
        ThreadPoolExecutor(1) as client,
    ):
        server.register("1234 567890")
        token = server.sign_in("1234 567890")
        task = server.create_task(token)
        path = f"/tasks/{task}"
        # The first to ask makes all of them connect.
        server.call("GET", path, token=token)
        eventually(lambda: _connections(owner) == _POOLED + _SHARED + _PROBES, "the shared connections")

        with owner.transaction():
            owner.execute("SELECT FROM users FOR UPDATE")
            start = client.submit(server.call, "POST", f"{path}/start", token=token)
            wait_for_waiting(owner, 1)
            meanwhile = server.call("GET", path, token=token)
            assert not start.done()

        assert meanwhile.status_code == 200
        assert start.result().status_code == 201


def _connections(owner: psycopg.Connection) -> int:
    return number(owner, _CONNECTIONS, [owner.info.dbname])
