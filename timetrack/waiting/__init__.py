"""One way to wait, for plain code: it calls, and the call returns when what it waits for is there.

    request -> Greenlets.run(work) ---- work() runs until it waits -----+
                                                                         | ServingLoop.wait(begin)
    event loop <---------------- the greenlet switches to the loop ------+
        | serves other requests; a socket is readable, a thread has ended
        +-- resume(outcome) -> the greenlet goes on, and `wait` returns the outcome or raises it

Handlers and domain services are plain functions. Each request runs in a greenlet, a function call that can be suspended
and resumed, so the event loop serves others while one waits. The same code also runs on threads (tests, tools,
programs without an event loop): there the thread sleeps.

- `Greenlets` runs work in greenlets of the running event loop.
- `ServingLoop` is the event loop on which connections live, and waits for what happens there.
- `Offload` does on threads what would keep the loop busy, and waits for it.
"""

from timetrack.waiting.greenlets import Greenlets
from timetrack.waiting.offload import Offload, wait_for
from timetrack.waiting.serving_loop import LoopGoneError, Resume, ServingLoop

__all__ = ["Greenlets", "LoopGoneError", "Offload", "Resume", "ServingLoop", "wait_for"]
