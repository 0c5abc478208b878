"""The pools, which connect, replace what is lost or old, and bound how many wait for a connection."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import AsyncConnectionPool

Pooled = TypeVar("Pooled", bound=AsyncConnection[Any])

_SHORT_WAIT = "50ms"
"""The lock_timeout of shared connections, where others stand behind a statement that waits."""

_TCP = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "tcp_user_timeout": 15_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """The most and fewest connections, the most requests that wait for one, and timeouts in seconds.

    Of the connections one user's writes have only a few at a time: see `Turns`.
    """

    size: int = 10
    least: int = 2
    of_one_user: int = 2
    waiting: int = 1000
    wait: float = 5
    statement: float = 5
    prepared_statements: bool = True


def lending_pool(
    database_url: str, limits: PoolLimits, kind: type[Pooled], configure: Callable[[Pooled], Awaitable[None]]
) -> AsyncConnectionPool[Pooled]:
    """Return the pool of connections that are lent to one request at a time; open it on the event loop."""
    return AsyncConnectionPool(
        database_url,
        connection_class=kind,
        kwargs=connection_settings(limits),
        min_size=min(limits.least, limits.size),
        max_size=limits.size,
        timeout=limits.wait,
        max_waiting=limits.waiting,
        reconnect_timeout=5,
        configure=configure,
        open=False,
        name="lent",
    )


def sharing_pool(
    database_url: str,
    limits: PoolLimits,
    count: int,
    kind: type[Pooled],
    configure: Callable[[Pooled], Awaitable[None]],
) -> AsyncConnectionPool[Pooled]:
    """Return the pool of connections that requests share, of which there may be none; open it on the event loop.

    Their statements have one good plan whatever they are asked, so PostgreSQL plans them once: for a report, planning
    takes longer than making it. Whoever has to wait for a lock is told so, and waits over a connection of its own.
    """
    return AsyncConnectionPool(
        database_url,
        connection_class=kind,
        kwargs=connection_settings(limits, plan_cache_mode="force_generic_plan", lock_timeout=_SHORT_WAIT),
        min_size=count,
        max_size=count or 1,
        timeout=limits.wait,
        reconnect_timeout=5,
        configure=configure,
        open=False,
        name="shared",
    )


def send_integers_as_bigint(connection: AsyncConnection[Any]) -> None:
    """Give every id the type of its column.

    The driver's choice is the smallest type that fits: a statement would be prepared once for small ids and once for
    large ones, and no index of GiST, as the one behind reports, compares a bigint with a smaller integer.
    """
    connection.adapters.register_dumper(int, Int8Dumper)


def connection_settings(limits: PoolLimits, **further: str) -> dict[str, Any]:
    """Return what each connection is made with."""
    return {**_TCP, "autocommit": True, "options": _options(limits, further), "application_name": "timetrack"}


def _options(limits: PoolLimits, further: dict[str, str]) -> str:
    milliseconds = int(limits.statement * 1000)
    times = {
        "statement_timeout": milliseconds,
        "lock_timeout": milliseconds,
        "idle_in_transaction_session_timeout": 2 * milliseconds,
    }
    # In UTC the driver makes instants that need no conversion; no statement here is worth being compiled.
    settings = {**times, "TimeZone": "UTC", "jit": "off", **further}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
