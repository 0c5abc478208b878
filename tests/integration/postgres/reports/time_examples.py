"""Hypothesis strategies for time entries and questions near where the clocks of some zone are put forward or back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.integration.postgres.reports.oracle import DAY, HOUR, Stretch
from timetrack.domain.model.time import time_zones

USERS, TASKS = 2, 2
WEEK = 7 * DAY
_FIRST, _LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1850, 2050))

ZONES = st.sampled_from(sorted(time_zones.names()))

# Strategies are made once: to make them anew for each example would take longer than all the rest.
_GROUPINGS = st.lists(st.sampled_from(["task", "user", "day", "week", "month"]), min_size=1, max_size=3, unique=True)
# Seconds, hours and days alike, where Hypothesis alone would draw mostly large numbers; and whole days often, since
# around clocks that are changed at midnight they lead from one midnight to another.
_SPANS = st.one_of(
    st.sampled_from([HOUR, DAY, 2 * DAY]),
    st.integers(1, 120),
    st.integers(1, 30).map(lambda n: n * HOUR // 2),
    st.integers(1, 3 * DAY),
)
_LENGTHS = st.one_of(st.just(0), _SPANS, st.integers(0, 40 * DAY))
_AROUND = st.one_of(
    st.sampled_from([0, -HOUR, HOUR, -DAY, DAY]), st.integers(-2 * HOUR, 2 * HOUR), st.integers(-4 * DAY, 4 * DAY)
)
_WHICH = st.integers(0, 10_000)
_NOW = st.integers(-2 * DAY, 10 * DAY)
_PAUSES_AND_LENGTHS = st.lists(st.tuples(st.just(0) | _SPANS, _SPANS), max_size=3)
# Midnight, early, and in the hours in which clocks are changed.
_DAYS_START = st.sampled_from([time(), time(5, 30), time(2, 30), time(0, 30), time(23, 30), time(12)])
_WEEKS_START = st.sampled_from(["monday", "sunday"])
_RUNNING_FOR = st.none() | st.integers(0, 3 * DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Time that was spent, and a question about it; instants are seconds since 1970."""

    zone_name: str
    stretches: Sequence[Stretch]
    begin: int
    end: int
    now: int
    group_by: Sequence[str]
    day_starts_at: time
    week_starts_on: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the question."""
        return time_zones.zone(self.zone_name)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Draw an example, in any zone of the tz database."""
    zone_name = draw(ZONES)
    changes = changes_at_midnight(zone_name) if draw(st.booleans()) else changes_of(zone_name)
    anchor = changes[draw(_WHICH) % len(changes)]
    now, begin = anchor + draw(_NOW), anchor + draw(_AROUND)
    return Example(
        zone_name=zone_name,
        stretches=[
            Stretch(user=user, task=task, start=start, end=end)
            for user in range(USERS)
            for task in range(TASKS)
            for start, end in _lane(anchor - 2 * DAY, draw(_PAUSES_AND_LENGTHS), now, draw(_RUNNING_FOR))
        ],
        begin=begin,
        end=begin + draw(_LENGTHS),
        now=now,
        group_by=draw(_GROUPINGS),
        day_starts_at=draw(_DAYS_START),
        week_starts_on=draw(_WEEKS_START),
    )


def _lane(
    cursor: int, lengths: Sequence[tuple[int, int]], now: int, running_for: int | None
) -> Iterator[tuple[int, int | None]]:
    """Yield starts and ends, one after the other; the last one may run."""
    for pause, length in lengths:
        yield cursor + pause, cursor + pause + length
        cursor += pause + length
    if running_for is not None:
        yield max(cursor, now - running_for), None


@cache
def changes_of(zone_name: str) -> Sequence[int]:
    """Return when the zone's clocks were or will be changed; if they never are, an instant of today's."""
    zone = time_zones.zone(zone_name)
    weeks = [week for week in range(_FIRST, _LAST, WEEK) if _offset(week, zone) != _offset(week + WEEK, zone)]
    return [_change_within(week, week + WEEK, zone) for week in weeks] or [_LAST]


@cache
def changes_at_midnight(zone_name: str) -> Sequence[int]:
    """Return those of the changes at which clocks show midnight, before or behind; if there are none, all of them."""
    zone = time_zones.zone(zone_name)
    hours = {each: {_local(each - 1, zone).hour, _local(each, zone).hour} for each in changes_of(zone_name)}
    return [each for each, shown in hours.items() if shown & {23, 0}] or changes_of(zone_name)


def _change_within(before: int, behind: int, zone: ZoneInfo) -> int:
    while behind - before > 1:
        middle = (before + behind) // 2
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            behind = middle
    return behind


def _offset(instant: int, zone: ZoneInfo) -> object:
    return _local(instant, zone).utcoffset()


def _local(instant: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone)
