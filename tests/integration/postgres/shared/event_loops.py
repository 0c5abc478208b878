"""What happens on an event loop of its own, whose greenlets share a few connections."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.shared.pipelined import PipelineSession
from timetrack.adapters.postgres.shared.pipelines import Pipelines, UnfitError
from timetrack.entrypoints.http.compiled.greenlets import Greenlets

Answer = TypeVar("Answer")
Story = Callable[[PipelineSession], Awaitable[None]]

_PATIENCE = 30


def tell(story: Story, database_url: str, *, count: int = 1, limits: PoolLimits | None = None) -> None:
    """Run a story once so many connections are there."""

    async def told() -> None:
        pipelines = Pipelines(database_url, limits or PoolLimits(), count=count)
        try:
            await connected(pipelines, count)
            await asyncio.wait_for(story(PipelineSession(pipelines, pipelines)), _PATIENCE)
        finally:
            pipelines.close()

    asyncio.run(told())


async def connected(pipelines: Pipelines, count: int = 1) -> None:
    """Wait until so many connections are there; asking for one makes them connect."""
    async with asyncio.timeout(_PATIENCE):
        while len(pipelines) < count:
            with suppress(UnfitError):
                pipelines.least_busy()
            await asyncio.sleep(0.001)


async def disconnected(pipelines: Pipelines) -> None:
    """Wait until none is there."""
    async with asyncio.timeout(_PATIENCE):
        while len(pipelines):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)


def as_greenlet(work: Callable[[], Answer]) -> "asyncio.Future[Answer]":
    """Run plain code on the loop until it waits."""
    return Greenlets().run(work)
