"""Local days, weeks and months, and where in time they begin.

A period begins at the first instant whose local date belongs to it, and ends where the next one begins. So each
instant is in one day, one week and one month, also where clocks are put forward over midnight (the day begins when
they have been), back over midnight (it began the first time), or over a whole day (there is no such period).
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from timetrack.domain.model.time.ranges import Range

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class Unit(StrEnum):
    """A kind of period: a local day, week or month."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def first_day(self, day: date) -> date:
        """Return the first day of the period that a day is in; weeks are those of ISO 8601, from Monday."""
        match self:
            case Unit.DAY:
                return day
            case Unit.WEEK:
                return day - day.weekday() * _DAY
            case Unit.MONTH:
                return day.replace(day=1)

    def next(self, first_day: date) -> date:
        """Return the first day of the next period."""
        # 31 days from the first of a month lead into the next one, and never over it.
        days = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31}[self]
        return self.first_day(first_day + days * _DAY)

    def label(self, first_day: date) -> str:
        """Return how the period is written: `2026-03-29`, `2026-W13`, `2026-03`."""
        match self:
            case Unit.DAY:
                return first_day.isoformat()
            case Unit.WEEK:
                year, week, _ = first_day.isocalendar()
                return f"{year:04}-W{week:02}"
            case Unit.MONTH:
                return f"{first_day.year:04}-{first_day.month:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a range that lies in one period of each unit; it ends where the next one begins."""

    start: datetime
    names: Mapping[Unit, str]


def pieces(range_: Range, zone: ZoneInfo, units: Sequence[Unit]) -> Sequence[Piece]:
    """Cut a range wherever a period of one of the units begins; the first piece begins with the range."""
    named = {unit: dict(_periods(range_, zone, unit)) for unit in units}
    starts = sorted({range_.start, *(start for periods in named.values() for start in periods)})
    current: dict[Unit, str] = {}
    cut = []
    for start in starts:
        current |= {unit: periods[start] for unit, periods in named.items() if start in periods}
        cut.append(Piece(start=start, names=dict(current)))
    return cut


def _periods(range_: Range, zone: ZoneInfo, unit: Unit) -> Iterator[tuple[datetime, str]]:
    """Yield where each period begins, within the range, and its name.

    Of several that begin at the same instant the last one holds: the others have passed, or do not exist.
    """
    day = unit.first_day(range_.start.astimezone(zone).date())
    begin = first_instant(day, zone)
    while begin < range_.end or begin <= range_.start:
        yield max(begin, range_.start), unit.label(day)
        day = unit.next(day)
        begin = first_instant(day, zone)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant at which a zone's clocks show the day, or a later one if they never show it."""
    midnight = datetime.combine(day, time(), zone)
    begin = midnight.astimezone(UTC)
    if begin.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return begin
    # There is no midnight: clocks are put forward over it, somewhere between these two (PEP 495).
    earlier = midnight.replace(fold=1).astimezone(UTC)
    seconds = range((begin - earlier) // _SECOND)
    return earlier + _SECOND * bisect_left(seconds, day, key=lambda n: (earlier + n * _SECOND).astimezone(zone).date())
