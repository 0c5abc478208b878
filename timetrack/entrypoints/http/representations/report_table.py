"""The columns of a report as a table, which CSV and XLSX share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from timetrack.domain.model.reporting.periods import Unit
from timetrack.domain.model.reporting.reports import Grouping, Report, ReportRow

Cell = str | int
"""A number is an id; all else is text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of what the report is grouped by; the duration and the number of entries come after these."""

    name: str
    width: int
    cell: Callable[[ReportRow], Cell]


def columns(report: Report) -> Sequence[Column]:
    """Return the columns of the report's groupings, in their order."""
    return [column for grouping in report.question.group_by for column in _COLUMNS[grouping]]


def _period(unit: Unit) -> Column:
    return Column(name=unit.value, width=12, cell=lambda row: row.periods[unit])


_COLUMNS: Mapping[Grouping, Sequence[Column]] = {
    Grouping.TASK: [
        Column(name="task_id", width=10, cell=lambda row: row.task.id if row.task else ""),
        Column(name="task", width=50, cell=lambda row: row.task.description if row.task else ""),
    ],
    Grouping.USER: [
        Column(name="user_id", width=10, cell=lambda row: row.user.id if row.user else ""),
        Column(name="surname", width=20, cell=lambda row: row.user.surname if row.user else ""),
        Column(name="name", width=20, cell=lambda row: row.user.name if row.user else ""),
    ],
    Grouping.DAY: [_period(Unit.DAY)],
    Grouping.WEEK: [_period(Unit.WEEK)],
    Grouping.MONTH: [_period(Unit.MONTH)],
}
