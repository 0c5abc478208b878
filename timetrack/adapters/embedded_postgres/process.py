"""Programs that run as PostgreSQL's account and do not outlive us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence

from timetrack.adapters.embedded_postgres.account import Account
from timetrack.adapters.embedded_postgres.lock import Lock
from timetrack.adapters.embedded_postgres.log import Log

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)  # loaded beforehand: as little as possible may happen between fork and exec
_SECONDS_TO_END = 5.0

# Nothing of our own environment: no PG* variable may change what we set, and no secret may leak into it.
_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}


def spawn(command: Sequence[str], *, account: Account, lock: Lock, log: Log) -> subprocess.Popen[bytes]:
    """Start a program as the account; it holds the lock, writes to the log, and on Linux ends when we are killed.

    More exactly it is interrupted when the calling *thread* ends: call this from one that lasts, such as the main one.
    """
    output = log.open()
    try:
        return subprocess.Popen(
            command,
            cwd="/",
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[lock.file],
            # Ctrl-C in a terminal is for the server program, which then ends PostgreSQL.
            start_new_session=True,
            # Not by a wrapper program: the user we switch to may be unable to run any but PostgreSQL's.
            preexec_fn=_interrupted_with(os.getpid()),  # noqa: PLW1509 - it takes no lock and imports nothing
            # An ordinary user may not even ask to become themselves.
            user=None if account.is_ours else account.uid,
            group=None if account.is_ours else account.gid,
            extra_groups=None if account.is_ours else [],
        )
    finally:
        os.close(output)


def _interrupted_with(parent: int) -> Callable[[], None]:
    def arrange() -> None:
        if sys.platform == "linux":
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:  # killed before the call above could take effect
                os._exit(1)

    return arrange


def end(process: subprocess.Popen[bytes]) -> None:
    """End the program, gently at first; for postgres that is a fast shutdown, then an immediate one (both safe)."""
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
            return
