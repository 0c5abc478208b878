"""The versions of a time entry, each with its change and its author."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from timetrack.domain.model.ids import TaskId, TimeEntryId, TokenId, UserId


class Action(StrEnum):
    """The kind of change that has made a version."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntryVersion:
    """One version of a time entry; that of a deletion is what the entry was at last.

    `changed_by` is None where the server did it by itself, `token_id` where there are no tokens.
    """

    time_entry_id: TimeEntryId
    version: int
    action: Action
    user_id: UserId
    task_id: TaskId
    lane: int
    start: datetime
    end: datetime | None
    description: str
    created_at: datetime
    changed_at: datetime
    changed_by: UserId | None
    token_id: TokenId | None
    request_id: str | None
