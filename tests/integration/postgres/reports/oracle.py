"""The test oracle for reports: computes a report the slow way, by walking along each time entry with the local clock.

It knows nothing of SQL, of pieces and of where periods begin. Instants are whole seconds since 1970, durations seconds.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = 1
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

Row = tuple[dict[str, str | int], int, int]
"""What the row is told apart by, its seconds, and how many entries have a part in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A time entry; `end` is None while it runs."""

    user: int
    task: int
    start: int
    end: int | None

    def clipped(self, begin: int, end: int, now: int) -> tuple[int, int]:
        """Return the part of it inside of `[begin, end)`, up to now."""
        ended = min(now, end) if self.end is None else self.end
        return max(self.start, begin), min(ended, end)


def expected_rows(  # noqa: PLR0913 - what a report depends on
    stretches: Sequence[Stretch],
    *,
    begin: int,
    end: int,
    now: int,
    zone: ZoneInfo,
    group_by: Sequence[str],
    day_starts_at: time,
    week_starts_on: str,
) -> list[Row]:
    """Return the rows of a report, sorted."""
    seconds: Counter[tuple[str | int, ...]] = Counter()
    entries: Counter[tuple[str | int, ...]] = Counter()
    for stretch in stretches:
        of_entry: Counter[tuple[str | int, ...]] = Counter()
        for day, count in seconds_by_day(*stretch.clipped(begin, end, now), zone, day_starts_at):
            of_entry[tuple(_label(stretch, day, each, week_starts_on) for each in group_by)] += count
        seconds += of_entry
        entries.update(of_entry.keys())
    rows = [(dict(zip(group_by, key, strict=True)), seconds[key], entries[key]) for key in seconds]
    return sorted(rows, key=_order)


def seconds_by_day(begin: int, end: int, zone: ZoneInfo, starts_at: time) -> Iterator[tuple[date, int]]:
    """Yield the seconds of `[begin, end)` by the latest day that clocks have shown; a day may come several times."""
    instant, latest = begin - 3 * DAY, date.min
    while instant < end:
        stop = begin if instant < begin else end
        clock = _clock(instant, zone, starts_at)
        # As far as clocks go on as they do; where they do not, second by second.
        following = next(
            later
            for later in (min(instant + step, stop) for step in (HOUR, MINUTE, SECOND))
            if _clock(later - 1, zone, starts_at) == clock
        )
        latest = max(latest, clock[0])
        if instant >= begin:
            yield latest, following - instant
        instant = following


def _clock(instant: int, zone: ZoneInfo, starts_at: time) -> tuple[date, object]:
    """Return what a local clock shows, as far as it matters: the day, and the offset from UTC.

    Before the time at which days start it is the day before still.
    """
    local = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    day = local.date() if local.time() >= starts_at else local.date() - timedelta(days=1)
    return day, local.utcoffset()


def _label(stretch: Stretch, day: date, grouping: str, week_starts_on: str) -> str | int:
    sunday = day - timedelta(days=int(f"{day:%w}"))
    labels: dict[str, str | int] = {
        "task": stretch.task,
        "user": stretch.user,
        "day": f"{day:%Y-%m-%d}",
        "week": f"{day:%G-W%V}" if week_starts_on == "monday" else f"{sunday:%Y-%m-%d}",
        "month": f"{day:%Y-%m}",
    }
    return labels[grouping]


def _order(row: Row) -> tuple[object, ...]:
    told_apart, seconds, _ = row
    periods = [label for grouping, label in told_apart.items() if grouping not in {"task", "user"}]
    return (*periods, -seconds, told_apart.get("user", 0), told_apart.get("task", 0))
