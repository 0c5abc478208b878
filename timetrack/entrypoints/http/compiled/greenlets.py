"""Plain code on the event loop, that can be set aside while it waits."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from greenlet import greenlet

Result = TypeVar("Result")


def as_greenlet(work: Callable[[], Result]) -> asyncio.Future[Result]:
    """Run `work` in a greenlet, now, until it ends or is set aside; return a future of what it returns or raises.

    Nothing cancels it: where nobody waits for the future any more, it goes on to its end.
    """
    future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 - whoever awaits the future gets it
            if not future.cancelled():
                future.set_exception(error)
        else:
            if not future.cancelled():
                future.set_result(result)

    greenlet(run).switch()
    return future
