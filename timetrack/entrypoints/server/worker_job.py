"""The job that the parent sends a worker, over a socket that is the worker's standard input."""

import os
import pickle
import socket
from dataclasses import dataclass
from typing import IO

from timetrack.entrypoints.server.options import ServingOptions

READY = b"ready\n"
"""The message of a worker on its standard output once it serves."""

_LARGEST = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Everything that a worker needs to serve; `hashing` is the file of the places that all of them share."""

    options: ServingOptions
    listener: socket.socket
    hashing: IO[bytes]


def send(job: Job, to: socket.socket) -> None:
    """Tell a worker what to do; the socket stays open, because its end tells the worker that the parent is gone."""
    socket.send_fds(to, [pickle.dumps(job.options)], [job.listener.fileno(), job.hashing.fileno()])


def receive(parent: socket.socket) -> Job:
    """Wait for what the parent says.

    Raises:
        EOFError: the parent is gone.
    """
    said, descriptors, _, _ = socket.recv_fds(parent, _LARGEST, 2)
    if not said:
        raise EOFError
    options = pickle.loads(said)  # noqa: S301 - the socket's other end is the parent
    if not isinstance(options, ServingOptions):
        raise TypeError(f"no options: {type(options).__name__}")
    listener, hashing = descriptors
    return Job(options=options, listener=socket.socket(fileno=listener), hashing=os.fdopen(hashing, "r+b"))
