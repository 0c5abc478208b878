"""Examples for Hypothesis: stretches of time near where the clocks of some zone are put forward or back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.integration.oracle import DAY, HOUR, Stretch
from timetrack.domain.model import time_zones

USERS, TASKS = 2, 2

ZONES = st.sampled_from(sorted(time_zones.names()))

# Strategies are made once: to make them anew for each example would take longer than all the rest.
_YEARS = st.integers(1850, 2060)
_GROUPINGS = st.lists(st.sampled_from(["task", "user", "day", "week", "month"]), min_size=1, max_size=3, unique=True)
# Seconds, hours and days alike; Hypothesis alone would draw mostly large numbers.
_SPANS = st.one_of(st.integers(1, 120), st.integers(1, 30).map(lambda n: n * HOUR // 2), st.integers(1, 3 * DAY))
_LENGTHS = st.one_of(st.just(0), _SPANS, st.integers(0, 40 * DAY))
_WHICH = st.integers(0, 5)
_AROUND = st.one_of(st.integers(-2 * HOUR, 2 * HOUR), st.integers(-4 * DAY, 4 * DAY))
_NOW = st.integers(-2 * DAY, 10 * DAY)
_PAUSES_AND_LENGTHS = st.lists(st.tuples(st.just(0) | _SPANS, _SPANS), max_size=3)
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

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the question."""
        return time_zones.zone(self.zone_name)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Draw an example, in any zone of the tz database."""
    zone_name = draw(ZONES)
    at = transitions(zone_name, draw(_YEARS))
    anchor = at[draw(_WHICH) % len(at)]
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
def transitions(zone_name: str, year: int) -> Sequence[int]:
    """Return when the zone's clocks were changed in a year; if they were not, an instant in its midst."""
    zone = time_zones.zone(zone_name)
    first, behind = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp()) for each in (year, year + 1))
    changes = [day for day in range(first, behind, DAY) if _offset(day, zone) != _offset(day + DAY, zone)]
    return [_change_within(day, day + DAY, zone) for day in changes] or [(first + behind) // 2]


def _change_within(before: int, behind: int, zone: ZoneInfo) -> int:
    while behind - before > 1:
        middle = (before + behind) // 2
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            behind = middle
    return behind


def _offset(instant: int, zone: ZoneInfo) -> object:
    return datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
