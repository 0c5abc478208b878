"""The largest answers keep nobody else waiting: no turn of the event loop takes more than 5 ms of the processor."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import LiteralString

import psycopg
import pytest
from starlette.types import ASGIApp, Message, Scope

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.postgres import Database
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.services.authentication import DemoAuthentication
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.handlers import Dependencies, handlers
from timetrack.waiting import Offload

LIMIT = 0.005
GARBAGE = (10_000, 10, 10)
KEYS = count(1)
FILL: LiteralString = """
    INSERT INTO users (national_id, profile, role, password_hash)
    SELECT '1234 ' || lpad(n::text, 6, '0'), 'complete', CASE n WHEN 1 THEN 'admin' ELSE 'member' END, ''
    FROM generate_series(1, 100) AS n;
    INSERT INTO tasks (description, created_by) SELECT 'a task', min(id) FROM users;
    INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at, description)
    SELECT (SELECT min(id) FROM users) + n % 100, (SELECT min(id) FROM tasks), 0,
        timestamptz '2026-01-01 00:00Z' + (n / 100) * interval '1 day',
        timestamptz '2026-01-01 01:00Z' + (n / 100) * interval '1 day', ''
    FROM generate_series(0, 19999) AS n;
    INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at, description)
    SELECT (SELECT min(id) FROM users), (SELECT min(id) FROM tasks), 0,
        timestamptz '2025-01-01 00:00Z' + n * interval '1 hour',
        timestamptz '2025-01-01 00:30Z' + n * interval '1 hour', 'an entry'
    FROM generate_series(0, 4999) AS n
"""
YEAR = {"from": "2026-01-01T00:00:00Z", "to": "2026-12-31T00:00:00Z"}
DECADE = {"from": "2020-01-01T00:00:00Z", "to": "2029-12-01T00:00:00Z"}
DETAIL = {**YEAR, "group_by": ["user", "task", "day"]}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CASES = {
    "JSON": ("/report", DETAIL, "application/json"),
    "CSV": ("/report", DETAIL, "text/csv"),
    "XLSX": ("/report", DETAIL, XLSX),
    "CSV, kept under a key": ("/report", DETAIL, "text/csv"),
    "ten years by day": ("/report", {**DECADE, "group_by": ["day"]}, "application/json"),
    "calendar": ("/users/{admin}/time-entries.ics", None, "text/calendar"),
    "9,000 ids, refused": ("/report", {**YEAR, "user_ids": list(range(1, 9001))}, "application/json"),
}


@pytest.fixture
def admin(fresh_database: Database) -> Iterator[int]:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute(FILL)
        row = owner.execute("SELECT min(id) FROM users").fetchone()
        assert row is not None
        yield row[0]


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_no_turn_of_the_loop_takes_longer_than_5_ms(
    fresh_database: Database, admin: int, *, compiled: bool, case: str
) -> None:
    async def measured() -> float:
        async with application(fresh_database.application_url, compiled=compiled) as app:
            await ask(app, admin, case)  # the first time modules are loaded and statements planned
            gc.collect()
            gc.freeze()
            gc.set_threshold(*GARBAGE)  # as a worker does
            turns = Turns()
            assert await ask(app, admin, case) == (400 if case == "9,000 ids, refused" else 200)
            return turns.longest()

    longest = min(asyncio.run(measured()) for _ in range(3))

    assert longest < LIMIT


def test_a_turn_that_takes_long_is_noticed() -> None:
    async def measured() -> float:
        turns = Turns()
        await asyncio.sleep(0)
        sum(range(2_000_000))
        await asyncio.sleep(0)
        return turns.longest()

    assert asyncio.run(measured()) > LIMIT


class Turns:
    """Measures the processor time that the thread of the running loop takes from one turn to the next."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._longest, self._last = 0.0, time.thread_time()
        self._handle = self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        now = time.thread_time()
        self._longest, self._last = max(self._longest, now - self._last), now
        self._handle = self._loop.call_soon(self._turn)

    def longest(self) -> float:
        """Stop, and return the longest turn, in seconds."""
        self._handle.cancel()
        return self._longest


@asynccontextmanager
async def application(database_url: str, *, compiled: bool) -> AsyncIterator[ASGIApp]:
    """The application as a worker has it, in demo mode."""
    offload = Offload("long computations", 2)
    storage = PostgresStorage(database_url, PoolLimits(statement=60), offload, pipelines=2)
    authentication = DemoAuthentication(storage, 3600)
    dependencies = Dependencies(
        authentication=authentication,
        people=FakePeopleInfo(),
        hasher=FakeHasher(),
        version="1.2.3",
        demo=True,
        registration_open=True,
        registrations_per_address=0,
        obstacle=storage.obstacle,
        compute=offload.run,
    )
    async with storage.open():
        yield create_app(
            handlers=handlers(storage, dependencies),
            authenticate=authentication.authenticate,
            offload=offload,
            compiled=compiled,
        )
    offload.close()


async def ask(app: ASGIApp, admin: int, case: str) -> int:
    """Send a request, throw the body away as it comes, and return the status."""
    path, body, accept = CASES[case]
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"authorization": f"Bearer {admin}", "accept": accept, "content-type": "application/json"}
    headers["content-length"] = str(len(content))
    if "under a key" in case:
        headers["idempotency-key"] = f"key-{next(KEYS)}"
    if body is None:
        del headers["content-type"], headers["content-length"]
    scope: Scope = {
        "type": "http",
        "method": "GET" if body is None else "POST",
        "path": path.format(admin=admin),
        "raw_path": path.format(admin=admin).encode(),
        "query_string": b"from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z" if body is None else b"",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("127.0.0.1", 80),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
    }
    statuses: list[int] = []
    messages = iter([{"type": "http.request", "body": content, "more_body": False}])

    async def receive() -> Message:
        for message in messages:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]
