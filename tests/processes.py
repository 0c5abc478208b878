"""Finding other processes and free ports, and waiting for a condition instead of sleeping."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import psutil

_PATIENCE = 30.0


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, and say what did not come when it does not."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def postmasters(data_dir: Path) -> list[psutil.Process]:
    """Return the PostgreSQL processes that serve a data directory."""
    commands = ((process, _command(process)) for process in psutil.process_iter())
    return [process for process, command in commands if "postgres" in command[0] and str(data_dir) in " ".join(command)]


def children_named(parent: int, part: str) -> list[psutil.Process]:
    """Return a process's direct children whose command line has the part."""
    return [child for child in psutil.Process(parent).children() if part in " ".join(_command(child))]


def free_port() -> int:
    """Return a TCP port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline() or [""]
    except psutil.Error:
        return [""]
