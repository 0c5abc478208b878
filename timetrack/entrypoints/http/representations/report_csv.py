"""Reports as CSV (RFC 4180): UTF-8, CRLF, a header row, the rows of the report and no others."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from timetrack.domain.model.reporting.reports import Report
from timetrack.entrypoints.http.representations.report_table import Cell, columns

MEDIA_TYPE = "text/csv"
CONTENT_TYPE = "text/csv; charset=utf-8; header=present"

_ROWS_AT_ONCE = 500
_MEASURES = ("duration_seconds", "duration", "entries")

# A spreadsheet takes a cell that begins with one of these for a formula, and runs what a task's name says.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(report: Report) -> Iterator[bytes]:
    """Yield the report, a few hundred rows at a time."""
    rows = _rows(report)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(batch)
        yield text.getvalue().encode()


def _rows(report: Report) -> Iterator[list[Cell]]:
    telling_apart = columns(report)
    yield [*(column.name for column in telling_apart), *_MEASURES]
    for row in report.rows:
        cells = [_safe(column.cell(row)) for column in telling_apart]
        yield [*cells, row.duration // timedelta(seconds=1), clock_time(row.duration), row.entries]


def clock_time(duration: timedelta) -> str:
    """Return a duration as `h:mm:ss`, with as many hours as it takes."""
    minutes, seconds = divmod(duration // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"


def _safe(cell: Cell) -> Cell:
    """Return the cell, behind an apostrophe where a spreadsheet would calculate it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
