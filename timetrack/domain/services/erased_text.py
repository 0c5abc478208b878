"""The free text of an erased user's time: from the erasure on nobody reads it, also while it is not gone yet."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.reports import TimelineEntry
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion
from timetrack.domain.ports.storage import Stores

Read = TypeVar("Read", TimeEntry, TimeEntryVersion, TimelineEntry)


def without_erased_text(stores: Stores, caller: Caller, owner: UserId, read: Sequence[Read]) -> Sequence[Read]:
    """Return what was read of a user's time, without its text if the user was erased before this was called."""
    # A caller's own time needs no question: an erased user calls no more.
    if owner == caller.user_id or not stores.users.is_erased(owner):
        return read
    return [replace(each, description="") for each in read]
