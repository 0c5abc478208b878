"""Reports from PostgreSQL against an oracle in plain Python, in all zones of the tz database."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import LiteralString

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Connection

from tests.database_clock import PostgresClock, controlled
from tests.fakes.computing import at_once
from tests.given import a_task, a_user, caller
from tests.integration.postgres.reports.oracle import Row, expected_rows
from tests.integration.postgres.reports.time_examples import TASKS, USERS, ZONES, Example, examples
from tests.opened_storage import opened_storage
from tests.postgres import Databases
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.model.reporting.periods import WeekStart
from timetrack.domain.model.reporting.reports import Grouping, Question, Report, ReportRow
from timetrack.domain.model.time.ranges import AskedRange
from timetrack.domain.services.reporting import Reporting

every_time = settings(deadline=None)
EXAMPLES = examples()

_KEEP: LiteralString = """
    INSERT INTO time_entries (user_id, task_id, lane, start_at, end_at)
    SELECT user_id, task_id, task_id, to_timestamp(start), to_timestamp("end")
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS each (user_id, task_id, start, "end")
"""


class Bench:
    """A database with users and tasks, and a report service over it."""

    def __init__(self, storage: PostgresStorage, owner: Connection, clock: PostgresClock) -> None:
        self._owner = owner
        self._clock = clock
        self._reporting = Reporting(storage, at_once)
        self._boss = a_user(storage)
        self._tasks = [a_task(storage, self._boss) for _ in range(TASKS)]
        self._users = [a_user(storage) for _ in range(USERS)]

    def keep(self, example: Example) -> None:
        """Have the time of the example spent, and no other."""
        self._clock.now = _instant(example.now)
        spent = [
            [self._users[each.user].id for each in example.stretches],
            [self._tasks[each.task].id for each in example.stretches],
            [each.start for each in example.stretches],
            [each.end for each in example.stretches],
        ]
        with self._owner.transaction():
            self._owner.execute("DELETE FROM time_entries")
            self._owner.execute(_KEEP, spent)

    def report(self, example: Example) -> Report:
        """Ask the example's question, about all of its users."""
        question = Question(
            range=AskedRange(start=_instant(example.begin), end=_instant(example.end)),
            group_by=[Grouping(each) for each in example.group_by],
            time_zone=example.zone_name,
            day_starts_at=example.day_starts_at,
            week_starts_on=WeekStart(example.week_starts_on),
            user_ids=frozenset(user.id for user in self._users),
        )
        return self._reporting.of_many(caller(self._boss), question)

    def rows(self, example: Example) -> list[Row]:
        """Return the rows of the report, as the oracle writes them."""
        return [self._row(row, example.group_by) for row in self.report(example).rows]

    def _row(self, row: ReportRow, group_by: Sequence[str]) -> Row:
        told_apart: dict[str, str | int] = {unit.value: label for unit, label in row.periods.items()}
        if row.task:
            told_apart["task"] = [task.id for task in self._tasks].index(row.task.id)
        if row.user:
            told_apart["user"] = [user.id for user in self._users].index(row.user.id)
        return {each: told_apart[each] for each in group_by}, row.duration // timedelta(seconds=1), row.entries


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.fixture(scope="module")
def bench(databases: Databases) -> Iterator[Bench]:
    database = databases.migrated()
    with (
        psycopg.connect(database.owner_url, autocommit=True) as owner,
        controlled(database.owner_url) as clock,
        # With all connections there: a pool that connects calls `random`, for which Hypothesis blames the strategies.
        opened_storage(database.application_url) as storage,
    ):
        yield Bench(storage, owner, clock)


@every_time
@given(example=EXAMPLES)
def test_a_report_says_what_walking_along_every_entry_says(bench: Bench, example: Example) -> None:
    bench.keep(example)

    assert bench.rows(example) == expected_rows(
        example.stretches,
        begin=example.begin,
        end=example.end,
        now=example.now,
        zone=example.zone,
        group_by=example.group_by,
        day_starts_at=example.day_starts_at,
        week_starts_on=example.week_starts_on,
    )


@every_time
@given(example=EXAMPLES)
def test_every_second_inside_the_range_is_counted_once(bench: Bench, example: Example) -> None:
    bench.keep(example)

    report = bench.report(example)

    parts = [stretch.clipped(example.begin, example.end, example.now) for stretch in example.stretches]
    seconds = sum(max(0, end - begin) for begin, end in parts)
    assert report.total == sum((row.duration for row in report.rows), timedelta(0)) == timedelta(seconds=seconds)


@every_time
@given(example=EXAMPLES, part=st.fractions(0, 1))
def test_a_range_split_in_two_adds_up_to_the_whole(bench: Bench, example: Example, part: Fraction) -> None:
    bench.keep(example)
    middle = example.begin + int((example.end - example.begin) * part)

    halves = bench.rows(replace(example, end=middle)) + bench.rows(replace(example, begin=middle))

    assert added(halves) == added(bench.rows(example))


def added(rows: list[Row]) -> Counter[tuple[tuple[str, str | int], ...]]:
    sums: Counter[tuple[tuple[str, str | int], ...]] = Counter()
    for told_apart, seconds, _ in rows:
        sums[tuple(told_apart.items())] += seconds
    return sums


@every_time
@given(example=EXAMPLES, other=ZONES)
def test_a_zone_matters_to_nothing_but_where_periods_begin(bench: Bench, example: Example, other: str) -> None:
    bench.keep(example)
    elsewhere = replace(example, zone_name=other)
    without_periods = [each for each in example.group_by if each in {"task", "user"}] or ["task"]

    assert bench.report(elsewhere).total == bench.report(example).total
    assert bench.rows(replace(elsewhere, group_by=without_periods)) == bench.rows(
        replace(example, group_by=without_periods)
    )


@every_time
@given(example=EXAMPLES)
def test_when_days_and_weeks_start_matters_to_nothing_but_where_periods_begin(bench: Bench, example: Example) -> None:
    bench.keep(example)
    usual = replace(example, day_starts_at=time(), week_starts_on="monday")
    without_periods = [each for each in example.group_by if each in {"task", "user"}] or ["task"]

    assert bench.report(usual).total == bench.report(example).total
    assert bench.rows(replace(usual, group_by=without_periods)) == bench.rows(
        replace(example, group_by=without_periods)
    )
