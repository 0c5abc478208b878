"""Records each call of the program's functions in a worker; Python imports this when its folder is on PYTHONPATH.

`tools/count_calls.py` puts it there, and names the file and the folder of the code in the environment. It works on any
checkout, as it knows nothing of one but how a worker is started.
"""

import os
import sys
import threading
import time
from types import FrameType

_WORKER = "timetrack.entrypoints.server.worker"


def _record(file: str, code: str) -> None:
    """Write a line for each call of a function whose code lies in a folder: the instant, the file, the function."""
    calls = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def on_event(frame: FrameType, event: str, _: object) -> None:
        called = frame.f_code
        if event == "call" and called.co_filename.startswith(code):
            line = f"{time.monotonic_ns()}\t{called.co_filename[len(code) :]}\t{called.co_qualname}\n"
            os.write(calls, line.encode())

    # From the first moment on: a greenlet keeps for good whether it is watched, as its parent was when it was made.
    threading.setprofile(on_event)
    sys.setprofile(on_event)


if _WORKER in sys.orig_argv and "RECORDED_CALLS" in os.environ:
    _record(os.environ["RECORDED_CALLS"], os.environ["RECORDED_CODE"])
