"""The promise of an erasure: the free text of a person's time goes, from live entries and from their history."""

import pytest

from tests.given import a_task, a_user, caller, erase_user, start, stop
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryFilter
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.storage import Storage

ALL = PageRequest(limit=100)


def entries_of(storage: Storage, user: User) -> list[TimeEntry]:
    return list(storage.time_entries.list(TimeEntryFilter(user_id=user.id), ALL).items)


def texts_of(storage: Storage, entry: TimeEntry) -> list[str]:
    return [version.description for version in storage.history.list(entry.id, ALL).items]


def timed(storage: Storage, user: User, task: Task, text: str) -> TimeEntry:
    start(storage, user, task, description=text)
    return stop(storage, user, task).entry


@pytest.fixture
def task(storage: Storage, user: User) -> Task:
    return a_task(storage, user)


def test_the_text_of_an_erased_user_goes_from_entries_and_history(storage: Storage, task: Task) -> None:
    person = a_user(storage)
    kept, gone = timed(storage, person, task, "with my doctor"), timed(storage, person, task, "in tears")
    with storage.transaction(caller(person)) as stores:
        stores.users.lock_exclusive(person.id)
        stores.time_entries.delete(gone.id)
    erase_user(storage, person)

    while storage.housekeeping.erase_text():
        pass

    assert [entry.description for entry in entries_of(storage, person)] == [""]
    assert texts_of(storage, kept) == ["", "", ""]
    assert texts_of(storage, gone) == ["", "", ""]
    assert entries_of(storage, person)[0].version == kept.version + 1
    last = storage.history.version(kept.id, kept.version + 1)
    assert (last.changed_by, last.start, last.end) == (None, kept.start, kept.end)
    assert not storage.housekeeping.erase_text()


def test_nobody_elses_text_goes(storage: Storage, user: User, task: Task) -> None:
    entry = timed(storage, user, task, "stays")
    person = a_user(storage)
    timed(storage, person, task, "goes")
    erase_user(storage, person)

    while storage.housekeeping.erase_text():
        pass

    assert texts_of(storage, entry) == ["stays", "stays"]
    assert storage.time_entries.get(entry.id) == entry


def test_it_is_known_who_was_erased(storage: Storage, user: User) -> None:
    person = a_user(storage)
    erase_user(storage, person)

    assert (storage.users.is_erased(person.id), storage.users.is_erased(user.id)) == (True, False)
