"""The limit on open files and sockets (RLIMIT_NOFILE)."""

import resource
from contextlib import suppress


def raise_limit() -> None:
    """Allow this process, and those that it starts, as many descriptors as the system lets it have.

    What it is given by default is often 1024, which is for programs that use `select`, and is few connections.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # where the most is without end, a system may have another bound
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
