"""Local days, and where in time they begin.

A day begins at the first instant at which local clocks show its date and the time that days start at, or something
later. So each instant is in one day, also where clocks are put forward over midnight (the day begins when they have
been), back over midnight (it began the first time), or over a whole day (there is no such day).
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from timetrack.domain.model.time.time_zones import require_time_zone, zone

MIDNIGHT = time()
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(microsecond=0, tzinfo=UTC)

_SECOND = timedelta(seconds=1)
_MIDDLE_YEAR = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDays:
    """The days of a time zone, which start at a time of day: with 05:30, a night's work belongs to the day before."""

    zone: ZoneInfo
    starts_at: time = MIDNIGHT

    def beginning_of(self, day: date) -> datetime:
        """Return the first instant of a day, or of a later one if clocks never show it; the calendar's end is one too.

        Days whose beginning lies outside the years 1 to 9999 begin at the calendar's first or last second.
        """
        try:
            return _first_instant(datetime.combine(day, self.starts_at), self.zone)
        except OverflowError:
            return EARLIEST if day.year < _MIDDLE_YEAR else LATEST

    def day_of(self, instant: datetime) -> date:
        """Return the day that local clocks show; where they were put back, the next one may have begun already."""
        since_midnight = timedelta(hours=self.starts_at.hour, minutes=self.starts_at.minute)
        return (instant.astimezone(self.zone).replace(tzinfo=None) - since_midnight).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDays:
    """The days that somebody means who writes dates; a `time_zone` of None is that of a user."""

    time_zone: str | None = None
    starts_at: time = MIDNIGHT

    def require_known_zone(self) -> None:
        """Let only a zone pass that there is.

        Raises:
            UnknownTimeZoneError: there is none of this name.
        """
        if self.time_zone is not None:
            require_time_zone(self.time_zone)

    def of_user(self, time_zone: str) -> LocalDays:
        """Return the days, for a user of this time zone.

        Raises:
            UnknownTimeZoneError: there is no such zone.
        """
        return LocalDays(zone=zone(self.time_zone or time_zone), starts_at=self.starts_at)


OWN_DAYS = AskedDays()
"""Days of the user's own time zone, from midnight."""


def _first_instant(shown: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which clocks show this, or something later."""
    local = shown.replace(tzinfo=zone)
    begin = local.astimezone(UTC)
    if begin.astimezone(zone).replace(tzinfo=None) == shown:
        return begin
    # Clocks never show it: they are put forward over it, somewhere between these two (PEP 495).
    earlier = local.replace(fold=1).astimezone(UTC)
    seconds = range((begin - earlier) // _SECOND)
    return earlier + _SECOND * bisect_left(
        seconds, shown, key=lambda n: (earlier + n * _SECOND).astimezone(zone).replace(tzinfo=None)
    )
