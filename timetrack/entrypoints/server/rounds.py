"""Background work, again and again, in greenlets on the event loop."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from timetrack.domain.errors import UnavailableError
from timetrack.waiting import Greenlets

Work = Callable[[], object]

_log = logging.getLogger(__name__)

_LONGEST_END = 3.0
"""Seconds; what is cut off then is done by the next server, as after a crash."""


@asynccontextmanager
async def repeating(seconds: Mapping[Work, float]) -> AsyncIterator[None]:
    """Do each work about every so many seconds while the block runs; the end waits a moment for what is under way."""
    stop = asyncio.Event()
    rounds = [
        asyncio.create_task(_repeat(work, each, stop), name=f"{work.__name__} rounds") for work, each in seconds.items()
    ]
    try:
        yield
    finally:
        stop.set()
        # All at once: a database that hangs keeps each of them waiting.
        _, late = await asyncio.wait(rounds, timeout=_LONGEST_END)
        for each in late:
            each.cancel()


async def _repeat(work: Work, seconds: float, stop: asyncio.Event) -> None:
    greenlets = Greenlets()
    # By chance, so that many processes do not all come at the same instant.
    while not await _set_within(stop, seconds * random.uniform(0.5, 1.5)):  # noqa: S311 - nobody gains from guessing it
        try:
            await greenlets.run(work)
        except UnavailableError as error:
            _log.warning("round put off", extra={"work": work.__name__, "reason": error.code})
        except Exception:  # noqa: BLE001 - whatever it is, the next round may go well
            _log.exception("round failed", extra={"work": work.__name__})


async def _set_within(stop: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await stop.wait()
    except TimeoutError:
        return False
