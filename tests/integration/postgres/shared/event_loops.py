"""The storage on an event loop, whose greenlets share a few connections."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.shared.pipelines import Pipelines
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.waiting import Greenlets, Offload

Answer = TypeVar("Answer")
Scenario = Callable[[PostgresStorage], Awaitable[None]]

_PATIENCE = 30


def run_on_event_loop(
    scenario: Scenario, database_url: str, *, pipelines: int = 1, limits: PoolLimits | None = None
) -> None:
    """Run a scenario once so many shared connections are there."""

    async def run() -> None:
        offload = Offload("rows", 1)
        storage = PostgresStorage(database_url, limits or PoolLimits(), offload, pipelines=pipelines)
        async with storage.open():
            await connected(storage.lookups, min(pipelines, 1))
            await connected(storage.pipelines, pipelines - 1 or pipelines)
            await asyncio.wait_for(scenario(storage), _PATIENCE)
        offload.close()

    asyncio.run(run())


async def connected(pipelines: Pipelines, count: int = 1) -> None:
    """Wait until so many connections are there."""
    async with asyncio.timeout(_PATIENCE):
        while len(pipelines) < count:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)


async def disconnected(pipelines: Pipelines) -> None:
    """Wait until none is there."""
    async with asyncio.timeout(_PATIENCE):
        while len(pipelines):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)


def as_greenlet(work: Callable[[], Answer]) -> "asyncio.Future[Answer]":
    """Run plain code on the loop until it waits."""
    return Greenlets().run(work)
