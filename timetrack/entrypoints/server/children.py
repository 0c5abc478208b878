"""Child processes that do not outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

from timetrack.resources import IMPORT_ROOT

_PR_SET_PDEATHSIG = 1

# glibc gives blocks of this size back to the system when they are freed. By default it does so once, and from then on
# keeps as much as the largest block was: the 19 MiB that a password takes for 20 ms would stay with the process.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(1024 * 1024)}


def start_python(
    arguments: Sequence[str], *, stdin: int = subprocess.DEVNULL, keep: Sequence[int] = ()
) -> subprocess.Popen[bytes]:
    """Start Python with a pipe from its standard output, and with the descriptors `stdin` and those to `keep`.

    It is in a session of its own, so that Ctrl-C reaches the parent alone, which then ends its children in order.
    Call it from the main thread: on Linux the child gets SIGTERM when the thread that has started it ends.
    """
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        env=_environment(os.environ),
        pass_fds=keep,
        start_new_session=True,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one C call
    )


def output_of(process: subprocess.Popen[bytes]) -> IO[bytes]:
    """Return the pipe from the standard output of a process that `start_python` has started."""
    if process.stdout is None:
        raise ValueError("the process was started without a pipe from its standard output")
    return process.stdout


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait for the end of a process; one that takes longer is killed."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    """Let the child import this package, also when it is run from a checkout, and give memory back."""
    paths = [str(IMPORT_ROOT), *filter(None, [own.get("PYTHONPATH")])]
    return {**_MALLOC, **own, "PYTHONPATH": os.pathsep.join(paths)}


# Loaded here: between fork and exec is no time for imports.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
