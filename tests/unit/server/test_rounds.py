"""Background rounds do not keep a server from ending."""

import asyncio
import selectors
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

from timetrack.entrypoints.server.rounds import repeating
from timetrack.waiting import wait_for


class JumpingSelector(selectors.SelectSelector):
    """Does not wait, but says for how long it would have."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - as the standard library has it
        """See selectors.BaseSelector.select."""
        self.passed += timeout or 0
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which time passes only while there is nothing to do, and then at once."""

    def __init__(self) -> None:
        self.jumping = JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        """See asyncio.AbstractEventLoop.time."""
        return self.jumping.passed


def seconds_to_end(works: Sequence[str]) -> float:
    """Return how long the end takes when rounds with these names are under way, each of which hangs."""
    begun: list[str] = []

    def hanging(name: str) -> Any:  # noqa: ANN401 - a function with a name
        def work() -> None:
            begun.append(name)
            wait_for(Future[None]())

        return work

    async def run() -> float:
        async with repeating({hanging(name): 1 for name in works}):
            await asyncio.sleep(2)  # each begins within a second and a half
            assert sorted(begun) == sorted(works)
            told = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - told

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(run())


def test_rounds_that_hang_are_waited_for_together() -> None:
    assert 0 < seconds_to_end(["one", "other"]) == seconds_to_end(["one"])
