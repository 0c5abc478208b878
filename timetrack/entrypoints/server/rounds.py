"""Background work, again and again, in greenlets on the event loop."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from timetrack.domain.errors import UnavailableError
from timetrack.waiting import Greenlets

_log = logging.getLogger(__name__)

_LONGEST_END = 3.0
"""Seconds; what is cut off then is done by the next server, as after a crash."""


@asynccontextmanager
async def repeating(work: Callable[[], object], *, seconds: float) -> AsyncIterator[None]:
    """Do the work about every so many seconds while the block runs; the end waits a moment for the work under way."""
    stop = asyncio.Event()
    rounds = asyncio.create_task(_repeat(work, seconds, stop), name=f"{work.__name__} rounds")
    try:
        yield
    finally:
        stop.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_END):
                await rounds


async def _repeat(work: Callable[[], object], seconds: float, stop: asyncio.Event) -> None:
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
