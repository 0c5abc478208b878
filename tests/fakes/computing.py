"""Long computations, done by who asks."""

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def at_once(work: Callable[[], Result]) -> Result:
    """See Compute."""
    return work()
