"""What the parent tells a worker: pickled, over the worker's standard input."""

import pickle
from dataclasses import dataclass
from typing import IO

from timetrack.bootstrap.options import ServingOptions

READY = b"ready\n"
"""What a worker says on its standard output once it serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that a worker needs to serve; `listener` is the descriptor of the socket that it inherits."""

    options: ServingOptions
    listener: int


def send(job: Job, pipe: IO[bytes]) -> None:
    """Tell a worker what to do; the pipe stays open, because its end tells the worker that the parent is gone."""
    pickle.dump(job, pipe)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Job:
    """Wait for what the parent says.

    Raises:
        EOFError: the parent is gone.
    """
    job = pickle.load(pipe)  # noqa: S301 - the pipe's other end is the parent
    if not isinstance(job, Job):
        raise TypeError(f"not a job: {type(job).__name__}")
    return job
