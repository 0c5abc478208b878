"""Counts the calls of our own functions that one `POST /tasks/{id}/start` takes, in the server of a checkout."""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

from tests.running_server import RunningServer

_RECORDER = Path(__file__).resolve().parent / "call_recorder"
_NATIONAL_ID = "1234 567890"
_WARMING_UP = 10
_COUNTED = 20
_AFTERWARDS_SECONDS = 0.02
"""Seconds to wait for a request's calls after its answer: that it is logged, for example."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one of our functions; a coroutine that goes on is called again."""

    at: int
    """Nanoseconds of the clock that all processes share."""
    file: str
    function: str


def calls_of_a_start(tree: Path) -> list[Call]:
    """Return what one start calls, over a connection that is open, in password mode, without a body.

    It is the one of many that has the fewest: what the worker does beside it only ever adds some.
    """
    with tempfile.TemporaryDirectory(prefix="timetrack-calls-") as folder:
        # PostgreSQL runs as another user where this is root.
        Path(folder).chmod(0o755)
        file = Path(folder) / "calls"
        environment = {
            "PYTHONPATH": str(_RECORDER),
            "RECORDED_CALLS": str(file),
            "RECORDED_CODE": f"{tree / 'timetrack'}/",
        }
        command = (sys.executable, str(tree / "cmd" / "server.py"))
        flags = ["--data-dir", f"{folder}/data", "--workers", "1"]
        with RunningServer(flags, environment, command, folder=tree) as server:
            spans = list(_starts(server))
        calls = [_read(line) for line in file.read_text().splitlines()]
    counted = spans[_WARMING_UP:]
    return min(([call for call in calls if begin <= call.at < end] for begin, end in counted), key=len)


def _read(line: str) -> Call:
    at, file, function = line.split("\t")
    return Call(int(at), file, function)


def _starts(server: RunningServer) -> Iterator[tuple[int, int]]:
    """Start a timer again and again; yield when each of the requests began and ended."""
    server.register(_NATIONAL_ID)
    token = server.sign_in(_NATIONAL_ID)
    task = f"{server.address}/tasks/{server.create_task(token)}"
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        for _ in range(_WARMING_UP + _COUNTED):
            begin = time.monotonic_ns()
            started = session.post(f"{task}/start", timeout=10)
            time.sleep(_AFTERWARDS_SECONDS)
            yield begin, time.monotonic_ns()
            stopped = session.post(f"{task}/stop", timeout=10)
            if (started.status_code, stopped.status_code) != (HTTPStatus.CREATED, HTTPStatus.OK):
                raise RuntimeError(f"not started and stopped: {started.text} {stopped.text}")
