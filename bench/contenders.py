"""The servers that are compared, each with two processes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

WORKERS = 2

_ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.01
_NOBODY = "http://127.0.0.1:9"
"""URL of a people-info that is not there; no operation that is measured asks it."""

OURS = (sys.executable, str(_ROOT / "cmd" / "server.py"), "--workers", str(WORKERS), "--port", "{port}")
"""Command that starts our own server."""


class ContenderError(Exception):
    """A server has not started; the message says what it said."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A server that is to be measured."""

    name: str
    title: str
    command: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Running:
    """A contender that serves."""

    contender: Contender
    url: str
    pid: int


def contenders(database_url: str) -> Sequence[Contender]:
    """Return those that are compared, ours first."""
    plain = [sys.executable, "-W", "ignore", "-m", "uvicorn", "--factory", "bench.plain:create"]
    plain += ["--workers", str(WORKERS), "--port", "{port}", "--log-level", "warning"]
    settings = {"TIMETRACK_DATABASE_URL": database_url, "TIMETRACK_PEOPLEINFO_URL": _NOBODY}
    return (
        Contender("compiled", "TimeTrack", [*OURS, "--compiled"], settings),
        Contender("stock", "TimeTrack, `--no-compiled`", [*OURS, "--no-compiled"], settings),
        Contender("plain", "Connexion's FlaskApp as it comes", plain, {"BENCH_DATABASE_URL": database_url}),
    )


@contextmanager
def running(contender: Contender, log: Path, *, sign: str = "/health") -> Iterator[Running]:
    """Start a contender, wait until it answers the path that is the sign, and end it with the block.

    Raises:
        ContenderError: it ends instead.
    """
    port = _free_port()
    command = [part.format(port=port) for part in contender.command]
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command, stdout=said, stderr=said, cwd=_ROOT, env={**os.environ, **contender.environment}
        )
        with process:
            try:
                _wait_until_it_serves(process, port, sign, log)
                yield Running(contender, f"http://127.0.0.1:{port}", process.pid)
            finally:
                process.terminate()


def _wait_until_it_serves(process: "subprocess.Popen[bytes]", port: int, sign: str, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _serves(port, sign):
            return
        time.sleep(_POLL_SECONDS)
    raise ContenderError(log.read_text(encoding="utf-8", errors="replace"))


def _serves(port: int, sign: str) -> bool:
    client = HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        client.request("GET", sign)
        return client.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        client.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
