"""What a report reads, told by PostgreSQL: in a table of a million time entries of a thousand users."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Connection, Cursor
from psycopg.sql import SQL, Identifier, Literal

from tests.postgres import Databases
from timetrack.adapters.postgres.queries import load
from tools.generate_data import SLOT, Volume, generate

UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
MONTH = (datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
DAY = (MONTH[0], MONTH[0] + timedelta(days=1))
ENTRIES_OF_A_MONTH = (MONTH[1] - MONTH[0]) // SLOT
"""Of one user, but for those that cross its ends."""

LARGE = Volume(users=1000, tasks=100, entries=1_000_000, until=UNTIL)
SMALL = Volume(users=25, tasks=100, entries=10_000, until=UNTIL)

EXPLAIN = SQL("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ")
REMOVED = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
PARAMETER = re.compile(r"%\((\w+)\)s")

# The table takes longest of all fixtures, so one worker of pytest-xdist makes it, once.
pytestmark = [pytest.mark.xdist_group("large-table"), pytest.mark.long]


@dataclass(frozen=True)
class Reading:
    """What a statement has read of the time entries."""

    indexes: Sequence[str]
    entries: int
    in_vain: int
    blocks: int
    index_blocks: int


def filled(databases: Databases, volume: Volume) -> Iterator[Connection]:
    database = databases.migrated()
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        generate(owner, volume, checked=False)
    with psycopg.connect(database.application_url, autocommit=True) as application:
        yield application


@pytest.fixture(scope="module")
def large(databases: Databases) -> Iterator[Connection]:
    yield from filled(databases, LARGE)


@pytest.fixture(scope="module")
def small(databases: Databases) -> Iterator[Connection]:
    yield from filled(databases, SMALL)


def question(range_: tuple[datetime, datetime], users: Sequence[int] | None = (25,)) -> dict[str, object]:
    days = (range_[1] - range_[0]) // timedelta(days=1)
    return {
        "start": range_[0],
        "end": range_[1],
        "cuts": [range_[0] + timedelta(days=day) for day in range(days)],
        "by_task": True,
        "by_user": users is None,
        "user_ids": None if users is None else list(users),
        "task_ids": None,
        "limit": 100_001,
    }


def plans(connection: Connection, statement: str, parameters: Mapping[str, object]) -> Iterator[Reading]:
    """Run a statement planned for its parameters, as the driver sends them, and planned without knowing them."""
    query = load("reports")[statement]
    yield reading(connection.execute(EXPLAIN + SQL(query), parameters))
    order = list(dict.fromkeys(PARAMETER.findall(query)))
    numbered = PARAMETER.sub(lambda match: f"${order.index(match[1]) + 1}", query)
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.execute(f"PREPARE {statement} AS {numbered}")
    arguments = SQL(", ").join(Literal(parameters[name]) for name in order)
    yield reading(connection.execute(EXPLAIN + SQL("EXECUTE {} ({})").format(Identifier(statement), arguments)))
    connection.execute(f"DEALLOCATE {statement}")
    connection.execute("RESET plan_cache_mode")


def reading(explained: Cursor) -> Reading:
    row = explained.fetchone()
    assert row is not None
    scans = [node for node in nodes(row[0][0]["Plan"]) if node.get("Relation Name") == "time_entries"]
    indexes = [node for scan in scans for node in nodes(scan) if "Index Name" in node]
    return Reading(
        indexes=[node["Index Name"] for node in indexes],
        entries=sum(scan["Actual Rows"] * scan["Actual Loops"] for scan in scans),
        in_vain=sum(node.get(removed, 0) for node in (*scans, *indexes) for removed in REMOVED),
        blocks=sum(map(blocks_of, scans)),
        index_blocks=sum(map(blocks_of, indexes)),
    )


def blocks_of(node: Mapping[str, Any]) -> int:
    blocks: int = node["Shared Hit Blocks"] + node["Shared Read Blocks"]
    return blocks


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


def test_a_month_of_one_user_is_read_by_one_search_and_nothing_outside_of_it(large: Connection) -> None:
    for read in plans(large, "sum", question(MONTH)):
        assert read.indexes == ["time_entries_overlap_excl"]
        assert abs(read.entries - ENTRIES_OF_A_MONTH) <= 1
        assert read.in_vain == 0
        # In life as in this table, each entry of a user lies in another block.
        assert read.blocks <= read.entries + 20


def test_a_month_costs_the_same_in_a_table_a_hundred_times_as_large(large: Connection, small: Connection) -> None:
    both = zip(plans(large, "sum", question(MONTH)), plans(small, "sum", question(MONTH)), strict=True)

    for in_large, in_small in both:
        assert abs(in_large.entries - in_small.entries) <= 1
        assert in_large.index_blocks <= in_small.index_blocks + 4
        assert in_small.in_vain == in_large.in_vain == 0


def test_a_day_of_everybody_costs_a_search_for_each_and_their_entries(large: Connection) -> None:
    for read in plans(large, "sum", question(DAY, users=None)):
        assert abs(read.entries - LARGE.users * (DAY[1] - DAY[0]) / SLOT) <= LARGE.users
        assert read.in_vain == 0
        assert read.blocks <= read.entries + 10 * LARGE.users


def test_a_calendar_reads_nothing_outside_of_its_range(large: Connection) -> None:
    parameters = {"user_id": 25, "start": MONTH[0], "end": MONTH[1], "limit": 100_001}

    for read in plans(large, "timeline", parameters):
        assert abs(read.entries - ENTRIES_OF_A_MONTH) <= 1
        assert read.in_vain == 0


def test_reading_the_whole_of_a_user_would_be_noticed(large: Connection) -> None:
    by_start = "SELECT FROM time_entries WHERE user_id = 25 AND start_at < %(end)s AND end_at > %(start)s"

    read = reading(large.execute(EXPLAIN + SQL(by_start), {"start": MONTH[0], "end": MONTH[1]}))

    assert read.in_vain > 0
