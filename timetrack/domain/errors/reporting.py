"""Refusals about ranges, time zones and reports."""

from timetrack.domain.errors.families import InvalidError


class FilterReversedError(InvalidError):
    """The range of a list's filter ends before it starts."""

    code = "filter_reversed"
    member = "range_end"

    def __init__(self) -> None:
        super().__init__("the range ends before it starts")


class RangeReversedError(InvalidError):
    """The range of a report ends before it starts."""

    code = "range_reversed"
    member = "range_end"

    def __init__(self) -> None:
        super().__init__("the range ends before it starts")


class RangeTooLongError(InvalidError):
    """A range spans more time than is allowed where days, weeks or months are asked for."""

    code = "range_too_long"
    member = "range_end"

    def __init__(self, years: int) -> None:
        super().__init__(f"a range spans at most {years} years where it is told by day, week or month")


class ReportTooLargeError(InvalidError):
    """A report would have more rows than are allowed."""

    code = "report_too_large"
    member = "range_end"

    def __init__(self, rows: int) -> None:
        super().__init__(f"there would be more than {rows} rows: ask for a shorter range, or for less detail")


class UnknownTimeZoneError(InvalidError):
    """The tz database has no zone of this name."""

    code = "unknown_time_zone"
    member = "time_zone"

    def __init__(self) -> None:
        super().__init__("`time_zone` is not a name in the IANA time zone database")
