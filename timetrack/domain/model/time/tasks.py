"""Tasks, on which time is spent."""

from dataclasses import dataclass
from datetime import datetime

from timetrack.domain.model.ids import TaskId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that time is spent on, shared by all users; `version` counts the changes."""

    id: TaskId
    description: str
    created_by: UserId
    version: int
    created_at: datetime
    updated_at: datetime
