"""Lanes: in one lane of a user no two time entries overlap, and at most one timer runs.

A lane is a number: 0 for what was begun while the user could have a single timer, else the id of the task.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from timetrack.domain.model.ids import TaskId, UserId

SINGLE_LANE = 0


class Timers(StrEnum):
    """The number of timers that a user may have: one, or one for each task. It decides the lane of a new time entry."""

    SINGLE = "single"
    PARALLEL = "parallel"

    def lane(self, task_id: TaskId) -> int:
        """Return the lane in which a new time entry on the task lies."""
        return SINGLE_LANE if self is Timers.SINGLE else task_id


def lane_after_move(lane: int, task_id: TaskId) -> int:
    """Return the lane of a time entry that is moved to a task: it stays in the single lane, or follows its task."""
    return SINGLE_LANE if lane == SINGLE_LANE else task_id


class LaneInterval(Protocol):
    """An interval `[start, end)` in a lane of a user; without an end it goes on for good."""

    @property
    def user_id(self) -> UserId:
        """The user whose lane it is."""

    @property
    def lane(self) -> int:
        """The lane."""

    @property
    def start(self) -> datetime:
        """The first second."""

    @property
    def end(self) -> datetime | None:
        """The second behind the last one."""
