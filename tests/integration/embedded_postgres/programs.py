"""Programs and looks at them, for the tests of the embedded PostgreSQL."""

import contextlib
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from timetrack.adapters.embedded_postgres import (
    find_binaries,
)

ROOT = Path(__file__).resolve().parents[3]
AM_ROOT = os.geteuid() == 0
# Who runs PostgreSQL here, worked out apart from the code under test.
RUNS_AS = pwd.getpwnam("nobody").pw_uid if AM_ROOT else os.geteuid()
SYSTEM_INSTALLATIONS = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]

# A program that runs PostgreSQL until its input ends; root may have it become somebody else first.
PROGRAM = """
import os, sys
from pathlib import Path
from timetrack.adapters.embedded_postgres import EmbeddedPostgres

data_folder, programs, uid = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if uid != os.geteuid():
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
server = EmbeddedPostgres(data_folder, durable=False, binaries=programs)
print(server.start(), server.pid or 0, flush=True)
sys.stdin.read()
server.stop()
"""


def psql(url: str, statement: str, *, host: str | None = None, password: str | None = None) -> str:
    parts = urlsplit(url)
    where = ["-h", host or str(parts.hostname), "-p", str(parts.port), "-U", str(parts.username)]
    reply = subprocess.run(  # noqa: S603 - PostgreSQL's own client
        [find_binaries() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-w", *where, "postgres"],
        input=statement,
        env={"PGPASSWORD": parts.password or "" if password is None else password, "PGCLIENTENCODING": "UTF8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (reply.stdout or reply.stderr).strip()


def eventually(condition: Callable[[], bool], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def listing(folder: Path) -> dict[Path, tuple[int, int, int]]:
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_mode, path.stat().st_uid)
        for path in (folder, *folder.rglob("*"))
    }


@contextmanager
def program(data_folder: Path, programs: Path, uid: int | None = None) -> Iterator[subprocess.Popen[str]]:
    arguments = [str(data_folder), str(programs), str(os.geteuid() if uid is None else uid)]
    with subprocess.Popen(  # noqa: S603 - the program above
        [sys.executable, "-c", PROGRAM, *arguments],
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            with contextlib.suppress(BrokenPipeError):
                child.communicate()


def is_gone(each: psutil.Process) -> bool:
    """Tell whether the process has ended, though nobody may have asked for its status."""
    try:
        return each.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
    except psutil.NoSuchProcess:
        return True


def said(child: subprocess.Popen[str]) -> tuple[str, int]:
    """Return the URL and the process ID (0: another program runs it), once the program has told them."""
    assert child.stdout
    url, pid = child.stdout.readline().split()
    return url, int(pid)
