"""Time entries: stretches of one user's time on one task; the one that runs is the timer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId

SKEW = timedelta(minutes=2)
"""How far ahead of PostgreSQL's clock a caller's may be; such instants are clamped to now."""

SUSPICIOUS = timedelta(hours=24)
"""A longer entry is legal, and flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry:
    """One stretch of time, in whole seconds; `end` is None while it runs.

    `lane` is what may not overlap: 0 for a user with a single timer, else the task. `as_of` is the clock at which
    the entry was read, so that the duration so far is a fact and not a question of when one looks.
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
        """Whether this is a timer."""
        return self.end is None

    @property
    def duration(self) -> timedelta:
        """How long it took; so far, while it runs."""
        return max((self.end or self.as_of) - self.start, timedelta(0))

    @property
    def suspicious(self) -> bool:
        """Whether it is longer than a day, which mostly is a timer that somebody forgot."""
        return self.duration > SUSPICIOUS
