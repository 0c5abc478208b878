"""Reports as an Excel workbook: typed cells, a frozen header row, a row with the total."""

from collections.abc import Iterator
from datetime import date, timedelta
from tempfile import SpooledTemporaryFile

import xlsxwriter

from timetrack.domain.model.reporting.periods import Unit
from timetrack.domain.model.reporting.reports import Report
from timetrack.entrypoints.http.representations.report_table import Cell, columns

_CHUNK = 65_536
_IN_MEMORY = 1 << 20
"""A larger workbook waits in a temporary file for its client, who may read slowly."""

_OPTIONS = {
    # A row at a time goes into a temporary file, so that the memory does not grow with the rows.
    "constant_memory": True,
    # A text is a text, whatever it looks like: no task's description becomes a formula, a link or a number.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# Excel's calendar begins here; earlier days are written as text.
_EPOCH = "1900-01-01"
_MEASURES = {"duration_seconds": 16, "duration": 12, "entries": 10}


def write(report: Report) -> Iterator[bytes]:
    """Yield the report; a workbook is compressed as a whole, so the first piece comes when all of it is made."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
            _Sheet(workbook, report).fill()
        file.seek(0)
        yield from iter(lambda: file.read(_CHUNK), b"")


class _Sheet:
    def __init__(self, workbook: xlsxwriter.Workbook, report: Report) -> None:
        self._report = report
        self._columns = columns(report)
        self._sheet = workbook.add_worksheet("Report")
        self._bold = workbook.add_format({"bold": True})
        self._date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._duration = workbook.add_format({"num_format": "[h]:mm:ss"})
        self._bold_duration = workbook.add_format({"bold": True, "num_format": "[h]:mm:ss"})

    def fill(self) -> None:
        self._write_header()
        for row_index, row in enumerate(self._report.rows, start=1):
            for column_index, column in enumerate(self._columns):
                self._write_cell(row_index, column_index, column.name, column.cell(row))
            self._write_measures(row_index, row.duration, row.entries)
        self._write_total(1 + len(self._report.rows))

    def _write_header(self) -> None:
        widths = {**{column.name: column.width for column in self._columns}, **_MEASURES}
        for column_index, (name, width) in enumerate(widths.items()):
            self._sheet.set_column(column_index, column_index, width)
            self._sheet.write_string(0, column_index, name, self._bold)
        self._sheet.freeze_panes(1, 0)

    def _write_cell(self, row_index: int, column_index: int, name: str, cell: Cell) -> None:
        if isinstance(cell, int):
            self._sheet.write_number(row_index, column_index, cell)
        elif name == Unit.DAY and cell >= _EPOCH:
            self._sheet.write_datetime(row_index, column_index, date.fromisoformat(cell), self._date)
        else:
            self._sheet.write_string(row_index, column_index, cell)

    def _write_total(self, row_index: int) -> None:
        self._sheet.write_string(row_index, 0, "Total", self._bold)
        self._write_measures(row_index, self._report.total, None, bold=True)

    def _write_measures(self, row_index: int, duration: timedelta, entries: int | None, *, bold: bool = False) -> None:
        first = len(self._columns)
        self._sheet.write_number(row_index, first, duration // timedelta(seconds=1), self._bold if bold else None)
        self._sheet.write_datetime(row_index, first + 1, duration, self._bold_duration if bold else self._duration)
        if entries is not None:
            self._sheet.write_number(row_index, first + 2, entries)
