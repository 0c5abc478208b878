"""Long computations, done so that nobody else waits for them."""

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Compute(Protocol):
    """Does a computation that takes milliseconds, so that nobody else has to wait for it."""

    def __call__(self, work: Callable[[], Result]) -> Result:
        """Return the result of the work."""
