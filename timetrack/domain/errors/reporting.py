"""Refusals about ranges, time zones and reports."""

from timetrack.domain.errors.families import InvalidError


class FilterReversedError(InvalidError):
    """A list's range cannot end before it starts."""

    code = "filter_reversed"
    parameter = "to"

    def __init__(self) -> None:
        super().__init__("`to` lies before `from`")


class RangeReversedError(InvalidError):
    """A range cannot end before it starts."""

    code = "range_reversed"
    pointer = "/to"

    def __init__(self) -> None:
        super().__init__("`to` lies before `from`")


class RangeTooLongError(InvalidError):
    """A range spans more time than is allowed."""

    code = "range_too_long"
    pointer = "/to"

    def __init__(self, years: int) -> None:
        super().__init__(f"a range spans at most {years} years")


class RangeOutOfCalendarError(InvalidError):
    """Around a range there has to be a calendar."""

    code = "range_out_of_calendar"
    pointer = "/from"

    def __init__(self, first_year: int, last_year: int) -> None:
        super().__init__(f"`from` lies in the years {first_year} to {last_year}")


class ReportTooLargeError(InvalidError):
    """A report has more rows than anybody can read."""

    code = "report_too_large"
    pointer = "/to"

    def __init__(self, rows: int) -> None:
        super().__init__(f"there would be more than {rows} rows: ask for a shorter range, or for less detail")


class UnknownTimeZoneError(InvalidError):
    """The tz database has no zone of this name."""

    code = "unknown_time_zone"
    pointer = "/time_zone"

    def __init__(self) -> None:
        super().__init__("`time_zone` is not a name in the IANA time zone database")
