"""From an erasure on nobody reads the person's text, also before the background work has taken it."""

import pytest

from tests.fakes.computing import at_once
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, caller, erase_user, start, stop
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.ranges import AskedRange
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryChange, TimeEntryFilter
from timetrack.domain.model.users.users import User
from timetrack.domain.services.housekeeping import HousekeepingRounds
from timetrack.domain.services.reporting import Reporting
from timetrack.domain.services.time_entries import TimeEntries

ALL = PageRequest(limit=100)


@pytest.fixture
def entry(storage: FakeStorage, admin: User) -> TimeEntry:
    """An entry with text, whose user was erased."""
    person, task = a_user(storage), a_task(storage, admin)
    start(storage, person, task, description="with my doctor")
    entry = stop(storage, person, task).entry
    erase_user(storage, person)
    return entry


def test_reads_show_no_text(storage: FakeStorage, admin: User, entry: TimeEntry) -> None:
    entries, reader = TimeEntries(storage), caller(admin)
    range_ = AskedRange(start=entry.start, end=entry.start.replace(year=entry.start.year + 1))

    assert entries.get(reader, entry.id).description == ""
    listed = entries.list(reader, TimeEntryFilter(user_id=entry.user_id), ALL).items
    assert [each.description for each in listed] == [""]
    versions = entries.history(reader, entry.id, ALL).items
    assert [each.description for each in versions] == ["", ""]
    timeline = Reporting(storage, at_once).timeline(reader, entry.user_id, range_).entries
    assert {each.description for each in timeline} <= {""}


def test_a_correction_or_a_restoration_brings_no_text_back(storage: FakeStorage, admin: User, entry: TimeEntry) -> None:
    entries, writer = TimeEntries(storage), caller(admin)

    corrected = entries.change(writer, entry.id, TimeEntryChange(description="text again"))
    restored = entries.restore(writer, entry.id, 2)

    assert (corrected.description, restored.description) == ("", "")
    assert storage.time_entries.get(entry.id).description == ""


def test_a_round_takes_all_of_it(storage: FakeStorage, entry: TimeEntry) -> None:
    HousekeepingRounds(storage, FakePeopleInfo()).erase_text()

    assert storage.time_entries.get(entry.id).description == ""
    assert {each.description for each in storage.history.list(entry.id, ALL).items} == {""}
