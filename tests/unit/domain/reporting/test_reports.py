"""The totals of reports."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.report_queries import asked
from timetrack.domain.model.reporting.reports import Question, Report, ReportRow
from timetrack.domain.model.time.ranges import Range

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [[], [1], [3600, 59, 1]])
def test_the_total_is_the_sum_of_the_rows(seconds: list[int]) -> None:
    rows = [ReportRow(duration=timedelta(seconds=each), entries=1) for each in seconds]

    range_ = Range.of(BEGIN, BEGIN)
    report = Report(question=Question(range=asked(range_)), range=range_, time_zone="UTC", as_of=BEGIN, rows=rows)

    assert report.total == timedelta(seconds=sum(seconds))
