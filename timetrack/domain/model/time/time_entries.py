"""Time entries: intervals of one user's time on one task; one that runs is a timer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, Literal

from timetrack.domain.errors import (
    CursorMalformedError,
    EndBeforeStartError,
    EndInFutureError,
    FilterReversedError,
    InvalidError,
    StartInFutureError,
)
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.lists import Key
from timetrack.domain.model.time.clock import clamped, is_in_future
from timetrack.domain.model.time.lanes import Timers, lane_after_move
from timetrack.domain.model.time.local_days import LocalDays
from timetrack.domain.model.time.ranges import OpenRange, instant_of

SUSPICIOUS = timedelta(hours=24)
"""A longer entry is legal, and flagged."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unchanged(Enum):
    """The mark of a member that a change leaves as it is, where None is a value of its own."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry:
    """One interval of time, in whole seconds; `end` is None while it runs.

    In its lane it overlaps no other entry. `as_of` is the clock at which it was read, so that the duration so far is
    a fact and not a question of when one looks.
    """

    id: TimeEntryId
    user_id: UserId
    task_id: TaskId
    lane: int
    start: datetime
    end: datetime | None
    description: str
    version: int
    created_at: datetime
    updated_at: datetime
    as_of: datetime

    @property
    def running(self) -> bool:
        """True for a timer, which has no end yet."""
        return self.end is None

    @property
    def duration(self) -> timedelta:
        """The time from start to end, or so far while it runs; never negative."""
        return max((self.end or self.as_of) - self.start, timedelta(0))

    @property
    def suspicious(self) -> bool:
        """True if it is longer than a day, which mostly is a timer that somebody forgot."""
        return self.duration > SUSPICIOUS

    def changed(self, change: "TimeEntryChange") -> "TimeEntry":
        """Return the entry with the members that the change gives; its lane is that of `lane_after_move`.

        Raises:
            StartInFutureError, EndInFutureError: an instant lies further ahead of `as_of` than skew explains.
            EndBeforeStartError: it would end before it starts.
        """
        task_id = self.task_id if change.task_id is None else change.task_id
        start = self.start if change.start is None else _within_skew(change.start, self.as_of, StartInFutureError)
        end = self.end if change.end is UNCHANGED else _given_end(start, change.end, self.as_of)
        _require_order(start, end)
        return replace(
            self,
            task_id=task_id,
            lane=lane_after_move(self.lane, task_id),
            start=start,
            end=end,
            description=self.description if change.description is None else change.description,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryChange:
    """New values for some members; None leaves a member as it is, but an `end` of None makes the entry run."""

    task_id: TaskId | None = None
    start: datetime | None = None
    end: datetime | Literal[Unchanged.UNCHANGED] | None = UNCHANGED
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimeEntry:
    """A time entry that is yet to be kept."""

    user_id: UserId
    task_id: TaskId
    lane: int
    start: datetime
    end: datetime | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryByHand:
    """A time entry to be created by hand, from instants that no timer has measured."""

    user_id: UserId
    task_id: TaskId
    start: datetime
    end: datetime | None = None
    description: str = ""

    def entry(self, timers: Timers, now: datetime) -> NewTimeEntry:
        """Return the entry to keep, for a user who may have these timers.

        Raises:
            StartInFutureError, EndInFutureError: an instant lies further ahead of `now` than skew explains.
            EndBeforeStartError: it would end before it starts.
        """
        start = _within_skew(self.start, now, StartInFutureError)
        return NewTimeEntry(
            user_id=self.user_id,
            task_id=self.task_id,
            lane=timers.lane(self.task_id),
            start=start,
            end=_given_end(start, self.end, now),
            description=self.description,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryFilter:
    """A filter of a user's entries; None does not filter. With a range, it finds those that overlap `[start, end)`."""

    user_id: UserId
    task_id: TaskId | None = None
    running: bool | None = None
    start: datetime | None = None
    end: datetime | None = None

    def within(self, asked: OpenRange, days: LocalDays) -> "TimeEntryFilter":
        """Return the filter with the ends that a range gives; one that it does not give stays."""
        start = self.start if asked.start is None else instant_of(asked.start, days)
        end = self.end if asked.end is None else instant_of(asked.end, days)
        return replace(self, start=start, end=end)

    def require_forward(self) -> None:
        """Let only a range pass that does not end before it starts.

        Raises:
            FilterReversedError: it does.
        """
        if self.start is not None and self.end is not None and self.end < self.start:
            raise FilterReversedError


def position(entry: TimeEntry) -> Key:
    """Return the key of an entry in lists, which are sorted by it, descending."""
    return (entry.start - _EPOCH) // timedelta(seconds=1), entry.id


def read_position(key: Key) -> tuple[datetime, int]:
    """Return the start and the id of which a key was made.

    Raises:
        CursorMalformedError: it is no position of any entry.
    """
    try:
        seconds, entry_id = key
        return _EPOCH + timedelta(seconds=seconds), entry_id
    except (ValueError, OverflowError) as error:
        raise CursorMalformedError from error


def _require_order(start: datetime, end: datetime | None) -> None:
    if end is not None and end < start:
        raise EndBeforeStartError


def _given_end(start: datetime, end: datetime | None, now: datetime) -> datetime | None:
    if end is None:
        return None
    given = _within_skew(end, now, EndInFutureError)
    _require_order(start, end)
    # Not before the start, even when the clock was set back since.
    return max(start, given)


def _within_skew(instant: datetime, now: datetime, refusal: Callable[[], InvalidError]) -> datetime:
    if is_in_future(instant, now):
        raise refusal()
    return clamped(instant, now)
