"""Audits a database after a run, by SQL: the rules that must hold, and the clients' answers compared with it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString

from psycopg import Connection

from tests.reliability.history import Operation, Started, Stopped
from tests.sql import number

_FAULTS: Mapping[str, LiteralString] = {
    # An entry of no length overlaps with nothing.
    "overlaps": """
        SELECT count(*) FROM (
            SELECT start_at, max(coalesce(end_at, 'infinity')) OVER (
                PARTITION BY user_id, lane ORDER BY start_at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS reached
            FROM time_entries WHERE end_at IS NULL OR end_at > start_at
        ) AS entries
        WHERE start_at < reached
    """,
    "lanes with two timers": """
        SELECT count(*) FROM (
            SELECT FROM time_entries WHERE end_at IS NULL GROUP BY user_id, lane HAVING count(*) > 1
        ) AS lanes
    """,
    "histories with a gap": """
        SELECT count(*) FROM (
            SELECT FROM time_entry_history GROUP BY time_entry_id
            HAVING min(version) <> 1 OR max(version) <> count(*)
        ) AS histories
    """,
    "entries that are not what their history says": """
        WITH last AS (
            SELECT DISTINCT ON (time_entry_id) * FROM time_entry_history ORDER BY time_entry_id, version DESC
        )
        SELECT count(*) FROM time_entries AS entry FULL JOIN last ON last.time_entry_id = entry.id
        WHERE (entry.id IS NULL) <> (last.action = 'deleted') OR last.time_entry_id IS NULL
            OR entry.id IS NOT NULL AND (
                entry.version, entry.user_id, entry.task_id, entry.lane, entry.start_at, entry.description
            ) IS DISTINCT FROM (last.version, last.user_id, last.task_id, last.lane, last.start_at, last.description)
            OR entry.end_at IS DISTINCT FROM last.end_at AND last.action <> 'deleted'
    """,
    # Replayed version by version: an entry begins once, and nothing follows a deletion but a return.
    "versions that cannot follow the one before": """
        SELECT count(*) FROM (
            SELECT version, action, lag(action) OVER (PARTITION BY time_entry_id ORDER BY version) AS before
            FROM time_entry_history
        ) AS versions
        WHERE (action = 'created') <> (version = 1) OR before = 'deleted' AND action <> 'restored'
    """,
    "requests that created two entries": """
        SELECT count(*) FROM (
            SELECT FROM time_entry_history WHERE action = 'created' GROUP BY request_id HAVING count(*) > 1
        ) AS requests
    """,
    "switches that left a gap": """
        SELECT count(*) FROM time_entry_history AS ended JOIN time_entry_history AS begun USING (request_id)
        WHERE ended.action = 'changed' AND begun.action = 'created' AND ended.end_at <> begun.start_at
    """,
    "keys without their effect": """
        SELECT count(*) FROM idempotency_keys
        WHERE (outcome).outcome IN ('started', 'stopped') AND NOT EXISTS (
            SELECT FROM time_entry_history AS version
            WHERE version.time_entry_id = (outcome).id AND version.version = (outcome).version
                AND version.request_id = (outcome).request_id
        )
    """,
}

_STARTED: LiteralString = "SELECT time_entry_id, start_at FROM time_entry_history WHERE action = 'created'"

# What a switch has ended was acknowledged with the entry that the same request created.
_STOPPED: LiteralString = """
    SELECT ended.time_entry_id, ended.end_at
    FROM time_entry_history AS ended JOIN time_entry_history AS before
        ON before.time_entry_id = ended.time_entry_id AND before.version = ended.version - 1
    WHERE before.end_at IS NULL AND ended.end_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM time_entry_history AS begun
        WHERE begun.request_id = ended.request_id AND begun.action = 'created'
    )
"""

Write = tuple[str, int, datetime]
"""The action, the entry, and the instant that the action set."""


def audit(connection: Connection, operations: Sequence[Operation]) -> Mapping[str, int]:
    """Return how often each promise was broken, by what was broken.

    The operations are all that was ever done to the database's time entries.
    """
    acknowledged, kept = Counter(_acknowledged(operations)), Counter(_kept(connection))
    unknown = sum(operation.outcome is None for operation in operations)
    return {
        "acknowledged writes that are lost": (acknowledged - kept).total(),
        "writes that no key asked for": max(0, (kept - acknowledged).total() - unknown),
        **broken_rules(connection),
    }


def broken_rules(connection: Connection) -> Mapping[str, int]:
    """Return how often each rule is broken that holds whatever was done, by what is broken."""
    return {fault: number(connection, query) for fault, query in _FAULTS.items()}


def _acknowledged(operations: Sequence[Operation]) -> Sequence[Write]:
    outcomes = [operation.outcome for operation in operations]
    return [
        ("started" if isinstance(outcome, Started) else "stopped", outcome.entry, outcome.at)
        for outcome in outcomes
        if isinstance(outcome, Started | Stopped)
    ]


def _kept(connection: Connection) -> Sequence[Write]:
    started = connection.execute(_STARTED).fetchall()
    stopped = connection.execute(_STOPPED).fetchall()
    return [("started", *row) for row in started] + [("stopped", *row) for row in stopped]
