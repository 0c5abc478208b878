"""The pool of connections."""

import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool

_TCP = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 15_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """How many connections, and how long anything may take, in seconds."""

    size: int = 10
    wait: float = 5
    statement: float = 5
    prepared_statements: bool = True


def open_pool(database_url: str, limits: PoolLimits) -> ConnectionPool:
    """Open a pool that connects in the background; its connections are in autocommit."""
    return ConnectionPool(
        database_url,
        kwargs=_connecting(limits),
        min_size=min(2, limits.size),
        max_size=limits.size,
        timeout=limits.wait,
        max_waiting=limits.size * 8,
        reconnect_timeout=5,
        configure=_send_integers_as_bigint,
        open=True,
    )


def connect(database_url: str, limits: PoolLimits) -> Connection:
    """Return a connection apart from the pool, for statements that have one good plan whatever they are asked.

    Such are planned once, where PostgreSQL may plan anew each time: for a report that takes longer than to make it.

    Raises:
        OperationalError: none is to be had.
    """
    connection = Connection.connect(database_url, **_connecting(limits, plan_cache_mode="force_generic_plan"))
    _send_integers_as_bigint(connection)
    return connection


def _connecting(limits: PoolLimits, **further: str) -> dict[str, Any]:
    return {
        **_TCP,
        "autocommit": True,
        "prepare_threshold": 3 if limits.prepared_statements else None,
        "options": _options(limits, further),
        "application_name": "timetrack",
    }


def _send_integers_as_bigint(connection: Connection) -> None:
    """Give every id the type of its column.

    The driver's choice is the smallest type that fits: a statement would be prepared once for small ids and once for
    large ones, and no index of GiST, as the one behind reports, compares a bigint with a smaller integer.
    """
    connection.adapters.register_dumper(int, Int8Dumper)


def _options(limits: PoolLimits, further: Mapping[str, str]) -> str:
    milliseconds = int(limits.statement * 1000)
    times = {
        "statement_timeout": milliseconds,
        "lock_timeout": milliseconds,
        "idle_in_transaction_session_timeout": 2 * milliseconds,
    }
    # In UTC the driver makes instants that need no conversion; no statement here is worth being compiled.
    settings = {**times, "TimeZone": "UTC", "jit": "off", **further}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


@contextmanager
def borrow(pool: ConnectionPool) -> Iterator[Connection]:
    """Borrow a connection that the server has not closed.

    Raises:
        OperationalError: none is to be had in time, or it breaks.
    """
    connection = _open_one(pool)
    try:
        yield connection
    finally:
        pool.putconn(connection)


def _open_one(pool: ConnectionPool) -> Connection:
    """Return a connection, and give back those that died while they lay idle, which the pool then replaces.

    The pool has a check of its own, which costs a round trip before every statement, and waits, longer each time,
    between one dead connection and the next: after a restart of the server the pool would be of no use for seconds.
    """
    while True:
        connection = pool.getconn()
        if not _is_dead(connection):
            return connection
        connection.close()
        pool.putconn(connection)


def _is_dead(connection: Connection) -> bool:
    """Return whether the server has closed an idle connection; asks the kernel only.

    An idle connection has nothing to say: bytes to read are the server's farewell.
    """
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
