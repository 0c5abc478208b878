"""The hard cases of docs/reports.md: its table is what is tested."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from tests.database_clock import Clock
from tests.fakes.computing import at_once
from tests.given import a_task, a_user, caller, start, stop
from timetrack.domain.model.reporting.periods import Unit, WeekStart
from timetrack.domain.model.reporting.reports import Grouping, Question, ReportRow
from timetrack.domain.model.time.ranges import AskedRange
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.reporting import Reporting
from timetrack.entrypoints.http.representations.report_csv import clock_time

DOCUMENT = Path(__file__).parents[3] / "docs" / "reports.md"
DASH = " \N{EN DASH} "
CASE = re.compile(
    rf"\| (.+) \| (\S+) \| (\S+{DASH}\S+(?:; \S+{DASH}\S+)*) \| ([a-z, ]+)(?:; (\d\d:\d\d)?(?:, )?(sunday)?)? \|(.*)\|"
)


@dataclass(frozen=True)
class Case:
    name: str
    zone: str
    entries: Sequence[tuple[datetime, datetime]]
    group_by: Sequence[str]
    day_starts_at: time
    week_starts_on: WeekStart
    rows: Sequence[str]


def cases() -> Iterator[Case]:
    for name, zone, entries, group_by, day_starts_at, week_starts_on, rows in CASE.findall(
        DOCUMENT.read_text(encoding="utf-8")
    ):
        yield Case(
            name=name,
            zone=zone,
            entries=[_entry(entry) for entry in entries.split("; ")],
            group_by=group_by.split(", "),
            day_starts_at=time.fromisoformat(day_starts_at or "00:00"),
            week_starts_on=WeekStart(week_starts_on or "monday"),
            rows=[row for row in rows.strip().split(", ") if row],
        )


def _entry(text: str) -> tuple[datetime, datetime]:
    begin, end = map(datetime.fromisoformat, text.split(DASH))
    return begin, end


def test_the_table_is_found_whole() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if DASH in line]

    assert len(list(cases())) == len(lines) > 20


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_a_hard_case_comes_out_as_documented(storage: Storage, clock: Clock, case: Case) -> None:
    user = a_user(storage)
    task = a_task(storage, user)
    clock.now = case.entries[-1][1] + timedelta(days=1)
    for begin, end in case.entries:
        start(storage, user, task, begin)
        stop(storage, user, task, end)

    report = Reporting(storage, at_once).of_user(
        caller(user),
        user.id,
        Question(
            range=AskedRange(start=case.entries[0][0], end=case.entries[-1][1]),
            group_by=[Grouping(each) for each in case.group_by],
            time_zone=case.zone,
            day_starts_at=case.day_starts_at,
            week_starts_on=case.week_starts_on,
        ),
    )

    assert [written(row, case.group_by) for row in report.rows] == case.rows


def written(row: ReportRow, group_by: Sequence[str]) -> str:
    return " ".join([*(row.periods[Unit(each)] for each in group_by), clock_time(row.duration)])
