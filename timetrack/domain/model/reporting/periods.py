"""Local days, weeks and months: their names, and how they cut a range.

A week or a month begins with its first day, and a period ends where the next one begins: `LocalDays` tells when that
is. So each instant is in one day, one week and one month.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from timetrack.domain.model.time.local_days import LocalDays
from timetrack.domain.model.time.ranges import Range

_DAY = timedelta(days=1)
_NAME = re.compile(r"(?P<year>\d{4})-(W(?P<week>\d\d)|(?P<month>\d\d)(-(?P<day>\d\d))?)", re.ASCII)


class WeekStart(StrEnum):
    """The day that weeks start on; those of ISO 8601 start on Monday."""

    MONDAY = "monday"
    SUNDAY = "sunday"


class Unit(StrEnum):
    """A kind of period: a local day, week or month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, day: date, week_start: WeekStart = WeekStart.MONDAY) -> date:
        """Return the first day of the period that a day is in."""
        match self:
            case Unit.DAY:
                return day
            case Unit.WEEK:
                passed = day.weekday() if week_start is WeekStart.MONDAY else day.isoweekday() % 7
                return day - passed * _DAY
            case Unit.MONTH:
                return day.replace(day=1)

    def next(self, first_day: date) -> date:
        """Return the first day of the next period."""
        match self:
            case Unit.DAY:
                return first_day + _DAY
            case Unit.WEEK:
                return first_day + 7 * _DAY
            case Unit.MONTH:
                # 31 days from the first of a month lead into the next one, and never over it.
                return (first_day + 31 * _DAY).replace(day=1)

    def label(self, first_day: date, week_start: WeekStart = WeekStart.MONDAY) -> str:
        """Return how the period is written: `2026-03-29`, `2026-W13`, `2026-03`.

        A week that starts on Sunday is none of ISO 8601, and written by its first day: `2026-03-29`.
        """
        match self:
            case Unit.DAY:
                return first_day.isoformat()
            case Unit.WEEK if week_start is WeekStart.SUNDAY:
                return first_day.isoformat()
            case Unit.WEEK:
                year, week, _ = first_day.isocalendar()
                return f"{year:04}-W{week:02}"
            case Unit.MONTH:
                return f"{first_day.year:04}-{first_day.month:02}"


def days_of(name: str) -> tuple[date, date]:
    """Return the first day of the day, week or month that is called so, and that of the next one.

    Weeks are those of ISO 8601. What would end behind the calendar ends with it.

    Raises:
        ValueError: none is called so.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError("not the name of a day, week or month")
    if match["week"]:
        unit, first_day = Unit.WEEK, date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
    else:
        unit = Unit.DAY if match["day"] else Unit.MONTH
        first_day = date(int(match["year"]), int(match["month"]), int(match["day"] or 1))
    try:
        return first_day, unit.next(first_day)
    except OverflowError:
        return first_day, date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a range that lies in one period of each unit; it ends where the next one begins."""

    start: datetime
    names: Mapping[Unit, str]


def pieces(
    range_: Range, days: LocalDays, units: Sequence[Unit], week_start: WeekStart = WeekStart.MONDAY
) -> Sequence[Piece]:
    """Cut a range wherever a period of one of the units begins; the first piece begins with the range."""
    named = {unit: dict(_periods(range_, days, unit, week_start)) for unit in units}
    starts = sorted({range_.start, *(start for periods in named.values() for start in periods)})
    current: dict[Unit, str] = {}
    cut = []
    for start in starts:
        current |= {unit: periods[start] for unit, periods in named.items() if start in periods}
        cut.append(Piece(start=start, names=dict(current)))
    return cut


def _periods(range_: Range, days: LocalDays, unit: Unit, week_start: WeekStart) -> Iterator[tuple[datetime, str]]:
    """Yield where each period begins, within the range, and its name.

    Of several that begin at the same instant the last one holds: the others have passed, or do not exist.
    """
    day = unit.first_day(days.day_of(range_.start), week_start)
    begin = days.beginning_of(day)
    while begin < range_.end or begin <= range_.start:
        yield max(begin, range_.start), unit.label(day, week_start)
        day = unit.next(day)
        begin = days.beginning_of(day)
