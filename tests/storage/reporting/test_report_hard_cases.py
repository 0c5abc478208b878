"""The hard cases of docs/reports.md: its table is what is tested."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.database_clock import Clock
from tests.fakes.computing import at_once
from tests.given import a_task, a_user, caller, start, stop
from timetrack.domain.model.reporting.periods import Unit
from timetrack.domain.model.reporting.reports import Grouping, Question, ReportRow
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.reporting import Reporting
from timetrack.entrypoints.http.representations.report_csv import clock_time

DOCUMENT = Path(__file__).parents[3] / "docs" / "reports.md"
DASH = " \N{EN DASH} "
CASE = re.compile(rf"\| (.+) \| (\S+) \| (\S+{DASH}\S+(?:; \S+{DASH}\S+)*) \| ([a-z, ]+) \|(.*)\|")


@dataclass(frozen=True)
class Case:
    name: str
    zone: str
    entries: Sequence[tuple[datetime, datetime]]
    group_by: Sequence[str]
    rows: Sequence[str]


def cases() -> Iterator[Case]:
    for name, zone, entries, group_by, rows in CASE.findall(DOCUMENT.read_text(encoding="utf-8")):
        yield Case(
            name=name,
            zone=zone,
            entries=[_entry(entry) for entry in entries.split("; ")],
            group_by=group_by.split(", "),
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
            range=Range.of(case.entries[0][0], case.entries[-1][1]),
            group_by=[Grouping(each) for each in case.group_by],
            time_zone=case.zone,
        ),
    )

    assert [written(row, case.group_by) for row in report.rows] == case.rows


def written(row: ReportRow, group_by: Sequence[str]) -> str:
    return " ".join([*(row.periods[Unit(each)] for each in group_by), clock_time(row.duration)])
