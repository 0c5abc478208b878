"""The connections that requests share."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from operator import attrgetter

from psycopg import Error
from psycopg_pool import AsyncConnectionPool

from timetrack.adapters.postgres.shared.pipeline import Pipeline, PipelineConnection

_MOST_WAITING = 32
_LOAD = attrgetter("under_way")
_LIFETIME = 3600.0
"""Seconds after which a connection is replaced, and with it what PostgreSQL keeps for it."""


class BusyError(Exception):
    """No shared connection is free; nothing has been done."""


class Pipelines:
    """A few connections of a pool, each taken for as long as it serves, and replaced when it does not."""

    def __init__(
        self, pool: AsyncConnectionPool[PipelineConnection], count: int, suspect: Callable[[], object]
    ) -> None:
        """Keep so many; `suspect` is called when one cannot be had."""
        self._pool = pool
        self._suspect = suspect
        self._count = count
        self._serving: list[Pipeline] = []
        self._places: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        """Return how many serve now."""
        return len(self._serving)

    def least_busy(self) -> Pipeline:
        """Return a pipeline; called on the loop.

        Raises:
            BusyError: none is connected now, or all are busy.
        """
        pipeline = min(self._serving, key=_LOAD, default=None)
        if pipeline is None or pipeline.under_way >= _MOST_WAITING:
            raise BusyError
        return pipeline

    def open(self) -> None:
        """Begin to connect, on the running loop."""
        self._places = [asyncio.create_task(self._keep_one()) for _ in range(self._count)]

    def close(self) -> None:
        """Close the connections; what is under way fails."""
        for place in self._places:
            place.cancel()
        for pipeline in list(self._serving):
            pipeline.close()

    async def _keep_one(self) -> None:
        """Have one connection serve until it is lost or old, then another one, until the pool is closed."""
        while not self._pool.closed:
            try:
                connection = await self._pool.getconn()
                await self._serve(connection.driver)
                await self._pool.putconn(connection)
            except Error:  # none was to be had in time
                self._suspect()

    async def _serve(self, pipeline: Pipeline) -> None:
        pipeline.attach(partial(self._serving.remove, pipeline))
        self._serving.append(pipeline)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LIFETIME * random.uniform(0.9, 1)):  # noqa: S311 - so that not all go at once
                await pipeline.closed.wait()
        pipeline.retire()
        await pipeline.closed.wait()
