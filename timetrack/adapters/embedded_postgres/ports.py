"""Which port of the loopback interface PostgreSQL listens at."""

import secrets
import socket
from collections.abc import Iterator

from timetrack.adapters.embedded_postgres.data_folder import DataFolder

LOOPBACK = "127.0.0.1"

# Below the ports that systems lend to outgoing connections (Linux: from 32768). Among those, a client that keeps on
# trying to reconnect can be lent the very port it calls, connects to itself, and PostgreSQL cannot have it back.
_FIRST, _LAST = 20000, 31999
_ATTEMPTS = 20


def candidates(data_folder: DataFolder) -> Iterator[int]:
    """Yield ports to try: the one remembered, so that clients find PostgreSQL again, then free ones."""
    remembered = _remembered(data_folder)
    if remembered:
        yield remembered
    for _ in range(_ATTEMPTS):
        port = _FIRST + secrets.randbelow(_LAST - _FIRST + 1)
        if is_free(port):
            yield port


def is_free(port: int) -> bool:
    """Tell whether a server could listen at the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def remember(data_folder: DataFolder, port: int) -> None:
    """Keep the port for the next start."""
    if port != _remembered(data_folder):
        data_folder.write_private(data_folder.path / "port", str(port))


def _remembered(data_folder: DataFolder) -> int | None:
    try:
        port = int((data_folder.path / "port").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return port if _FIRST <= port <= _LAST else None
