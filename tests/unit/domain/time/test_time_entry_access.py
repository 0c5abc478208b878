"""Whose time entries who sees and changes; what a member may not see is as if missing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_user, caller
from timetrack.domain.errors import NotAllowedError, TimeEntryNotFoundError, UserNotFoundError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryByHand, TimeEntryChange, TimeEntryFilter
from timetrack.domain.model.users.users import User
from timetrack.domain.services.time_entries import TimeEntries

ALL = PageRequest(limit=100)

Attempt = Callable[[TimeEntries, Caller, TimeEntry], object]


def _create(entries: TimeEntries, who: Caller, entry: TimeEntry) -> object:
    begin = entry.start - timedelta(hours=1)
    by_hand = TimeEntryByHand(user_id=entry.user_id, task_id=entry.task_id, start=begin, end=entry.start)
    return entries.create(who, by_hand)


READS: list[Attempt] = [
    lambda entries, who, entry: entries.get(who, entry.id),
    lambda entries, who, entry: entries.history(who, entry.id, ALL),
]
CHANGES: list[Attempt] = [
    lambda entries, who, entry: entries.change(who, entry.id, TimeEntryChange(description="theirs")),
    lambda entries, who, entry: entries.restore(who, entry.id, 1),
    lambda entries, who, entry: entries.delete(who, entry.id),
]


@pytest.mark.parametrize("attempt", [*READS, *CHANGES])
def test_for_another_member_an_entry_does_not_exist(
    entries: TimeEntries, storage: FakeStorage, entry: TimeEntry, attempt: Attempt
) -> None:
    with pytest.raises(TimeEntryNotFoundError):
        attempt(entries, caller(a_user(storage)), entry)


def test_for_another_member_a_list_does_not_exist(entries: TimeEntries, storage: FakeStorage, entry: TimeEntry) -> None:
    with pytest.raises(UserNotFoundError):
        entries.list(caller(a_user(storage)), TimeEntryFilter(user_id=entry.user_id), ALL)


@pytest.mark.parametrize("attempt", READS)
def test_a_manager_reads_the_entries_of_others(
    entries: TimeEntries, manager: User, entry: TimeEntry, attempt: Attempt
) -> None:
    assert attempt(entries, caller(manager), entry)
    assert entries.list(caller(manager), TimeEntryFilter(user_id=entry.user_id), ALL).items == [entry]


@pytest.mark.parametrize("attempt", [_create, *CHANGES])
def test_a_manager_does_not_change_the_time_of_others(
    entries: TimeEntries, manager: User, entry: TimeEntry, attempt: Attempt
) -> None:
    with pytest.raises(NotAllowedError):
        attempt(entries, caller(manager), entry)

    assert entries.get(caller(manager), entry.id) == entry


def test_a_member_creates_no_time_of_others(entries: TimeEntries, storage: FakeStorage, entry: TimeEntry) -> None:
    with pytest.raises(NotAllowedError):
        _create(entries, caller(a_user(storage)), entry)


@pytest.mark.parametrize("attempt", [_create, *READS, *CHANGES])
def test_an_admin_does_everything_and_the_history_says_so(
    entries: TimeEntries, admin: User, entry: TimeEntry, attempt: Attempt
) -> None:
    attempt(entries, caller(admin), entry)

    created, *later = entries.history(caller(admin), entry.id, ALL).items
    assert created.changed_by == entry.user_id
    assert {version.changed_by for version in later} <= {admin.id}
