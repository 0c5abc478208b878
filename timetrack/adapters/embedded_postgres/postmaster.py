"""The server process of PostgreSQL: its command line, and what it tells of itself in postmaster.pid."""

import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from timetrack.adapters.embedded_postgres.data_folder import DataFolder
from timetrack.adapters.embedded_postgres.ports import LOOPBACK

_LINES = 8
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_SSL_REPLIES = (b"S", b"N")
_PROBE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PidFile:
    """The postmaster.pid in a data directory; it stays there when the postmaster is killed."""

    pid: int
    port: int
    is_ready: bool

    def is_served(self) -> bool:
        """Tell whether the process lives and a PostgreSQL answers at its port.

        Neither alone is enough: the system gives process IDs and ports of the dead to others.
        """
        return _is_alive(self.pid) and _postgres_answers(self.port)


def pid_file(data: Path) -> Path:
    """Return the path of the file."""
    return data / "postmaster.pid"


def read_pid_file(data: Path) -> PidFile | None:
    """Return what the file says; None if it is missing or not written to its end."""
    try:
        lines = pid_file(data).read_text(encoding="utf-8", errors="replace").splitlines()
        if len(lines) < _LINES:
            return None
        return PidFile(pid=int(lines[0]), port=int(lines[3]), is_ready=lines[7].strip() == "ready")
    except (FileNotFoundError, ValueError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _postgres_answers(port: int) -> bool:
    # The first question of any client, which PostgreSQL answers with one byte before it asks who is there.
    try:
        with socket.create_connection((LOOPBACK, port), timeout=_PROBE_SECONDS) as connection:
            connection.sendall(_SSL_REQUEST)
            return connection.recv(1) in _SSL_REPLIES
    except OSError:
        return False


def command(data_folder: DataFolder, binaries: Path, port: int, *, durable: bool) -> list[str]:
    """Return the command line that serves the data at the port."""
    settings = _settings(data_folder, port) | ({} if durable else _NOT_DURABLE)
    options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
    return [str(binaries / "postgres"), "-D", str(data_folder.data), *options]


_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def _settings(data_folder: DataFolder, port: int) -> dict[str, str]:
    return {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": _quoted(data_folder.socket_folder),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "128MB",
        "max_wal_size": "1GB",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A refused statement is the caller's affair; its error names the values, and those are people's. Also, the
        # log cannot grow by refusals. What the server itself has to say (LOG, FATAL, PANIC) ranks above "error".
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }


def _quoted(folder: Path | None) -> str:
    """Return the folder as an item of a comma-separated list; none at all is an empty list."""
    if folder is None:
        return ""
    inner = str(folder).replace('"', '""')
    return f'"{inner}"'
