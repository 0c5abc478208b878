"""The program `timetrack-server`."""

from timetrack.entrypoints.server.descriptors import raise_limit
from timetrack.entrypoints.server.workers import Worker


def main() -> None:
    """Serve until a signal comes."""
    raise_limit()
    first = Worker()
    # Only now: this takes a third as long as a worker takes to load, and so the two load at the same time. Where the
    # settings turn out to be wrong, the worker ends with the parent.
    from timetrack.entrypoints.server.running import run  # noqa: PLC0415 - see above

    run(first)
