"""Reports as CSV (RFC 4180): UTF-8, CRLF, a header row, the rows of the report and no others."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from timetrack.domain.model.reporting.reports import Report
from timetrack.entrypoints.http.representations.report_table import Cell, columns

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"

_ROWS_PER_CHUNK = 500
_MEASURES = ("duration_seconds", "duration", "entries")

# A spreadsheet evaluates a cell that begins with one of these, so a task's description could be a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(report: Report) -> Iterator[bytes]:
    """Yield the report, a few hundred rows at a time."""
    rows = _rows(report)
    while batch := list(islice(rows, _ROWS_PER_CHUNK)):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(batch)
        yield text.getvalue().encode()


def _rows(report: Report) -> Iterator[list[Cell]]:
    grouping = columns(report)
    yield [*(column.name for column in grouping), *_MEASURES]
    for row in report.rows:
        cells = [_not_a_formula(column.cell(row)) for column in grouping]
        yield [*cells, row.duration // timedelta(seconds=1), clock_time(row.duration), row.entries]


def clock_time(duration: timedelta) -> str:
    """Return a duration as `h:mm:ss`; the hours are not limited to 24."""
    minutes, seconds = divmod(duration // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _not_a_formula(cell: Cell) -> Cell:
    """Return the cell, with an apostrophe in front where a spreadsheet would evaluate it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
