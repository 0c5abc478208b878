"""The promises of TimeEntryStore.list."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, an_entry, start
from timetrack.domain.errors import CursorMalformedError
from timetrack.domain.model.lists import Key, PageRequest
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry, TimeEntryFilter, position
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.ports.storage import Storage

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
ALL = PageRequest(limit=100)


@pytest.fixture
def user(storage: Storage) -> User:
    return a_user(storage, UserChange(timers=Timers.PARALLEL))


def listed(storage: Storage, filters: TimeEntryFilter, page: PageRequest = ALL) -> list[TimeEntry]:
    return list(storage.time_entries.list(filters, page).items)


def test_the_latest_comes_first_and_of_two_that_began_together_the_newer(
    storage: Storage, clock: Clock, user: User, task: Task, entry: TimeEntry
) -> None:
    other = a_task(storage, user)
    together = an_entry(storage, user, other, entry.start, clock.now - HOUR)
    running = start(storage, user, task).entry

    assert listed(storage, TimeEntryFilter(user_id=user.id)) == [running, together, entry]


def test_what_runs_is_read_as_of_the_clock(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    start(storage, user, task)
    clock.advance(HOUR)

    assert [each.duration for each in listed(storage, TimeEntryFilter(user_id=user.id))] == [HOUR]


def test_filters_have_to_match_together(storage: Storage, user: User, task: Task, entry: TimeEntry) -> None:
    other = a_task(storage, user)
    running = start(storage, user, other).entry
    start(storage, a_user(storage), task)

    def found(task: Task | None = None, *, running: bool | None = None) -> list[TimeEntry]:
        task_id = task.id if task else None
        return listed(storage, TimeEntryFilter(user_id=user.id, task_id=task_id, running=running))

    assert found() == [running, entry]
    assert found(task) == [entry]
    assert found(running=True) == [running]
    assert found(running=False) == [entry]
    assert found(task, running=True) == []


@pytest.mark.parametrize(
    ("begins", "ends", "overlaps"),
    [
        (None, None, True),
        (None, timedelta(0), False),
        (None, SECOND, True),
        (HOUR - SECOND, None, True),
        (HOUR, None, False),
        (-HOUR, 2 * HOUR, True),
        (SECOND, 2 * SECOND, True),
        (timedelta(0), HOUR, True),
        (SECOND, SECOND, False),
        (timedelta(0), timedelta(0), False),
    ],
)
def test_a_range_finds_what_overlaps_it(
    storage: Storage, entry: TimeEntry, begins: timedelta | None, ends: timedelta | None, *, overlaps: bool
) -> None:
    filters = TimeEntryFilter(
        user_id=entry.user_id,
        start=None if begins is None else entry.start + begins,
        end=None if ends is None else entry.start + ends,
    )

    assert listed(storage, filters) == ([entry] if overlaps else [])


def test_what_runs_reaches_into_every_later_range(storage: Storage, clock: Clock, user: User, task: Task) -> None:
    running = start(storage, user, task).entry

    filters = TimeEntryFilter(user_id=user.id, start=clock.now + HOUR, end=clock.now + 2 * HOUR)

    assert listed(storage, filters) == [running]


def test_an_entry_of_no_length_is_found_where_its_instant_lies(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    instant = clock.now - HOUR
    entry = an_entry(storage, user, task, instant, instant)

    found = [
        listed(storage, TimeEntryFilter(user_id=user.id, start=begin, end=clock.now))
        for begin in (instant - SECOND, instant, instant + SECOND)
    ]

    assert found == [[entry], [entry], []]


@pytest.mark.parametrize("within", [False, True])
def test_pages_follow_each_other_also_where_entries_reach_into_the_range(
    storage: Storage, clock: Clock, user: User, *, within: bool
) -> None:
    begin = clock.now - 10 * HOUR
    entries = []
    for number in range(7):
        # Three begin together before the range; each has a lane of its own.
        begun = begin + max(0, number - 2) * HOUR
        entries.append(an_entry(storage, user, a_task(storage, user), begun, clock.now))
    filters = TimeEntryFilter(user_id=user.id, start=begin + SECOND if within else None)

    found: list[TimeEntry] = []
    page = storage.time_entries.list(filters, PageRequest(limit=2))
    found += page.items
    while page.next_after:
        page = storage.time_entries.list(filters, PageRequest(limit=2, after=page.next_after))
        found += page.items

    assert found == entries[::-1]


def test_what_comes_or_goes_between_two_pages_neither_doubles_nor_hides_another(
    storage: Storage, clock: Clock, user: User, task: Task
) -> None:
    entries = [
        an_entry(storage, user, task, clock.now - hours * HOUR, clock.now - hours * HOUR + SECOND)
        for hours in range(1, 5)
    ]
    filters = TimeEntryFilter(user_id=user.id)
    first = storage.time_entries.list(filters, PageRequest(limit=2))

    with storage.transaction(None) as stores:
        stores.users.lock_exclusive(user.id)
        stores.time_entries.delete(entries[1].id)
    start(storage, user, task)

    assert listed(storage, filters, PageRequest(limit=5, after=first.next_after)) == entries[2:]


@pytest.mark.parametrize("after", [(1,), (1, 2, 3), (10**17, 1), (-(10**17), 1)])
def test_a_page_behind_no_possible_position_is_refused(storage: Storage, entry: TimeEntry, after: Key) -> None:
    with pytest.raises(CursorMalformedError):
        listed(storage, TimeEntryFilter(user_id=entry.user_id), PageRequest(limit=1, after=after))


def test_a_position_is_the_start_and_the_id(entry: TimeEntry) -> None:
    assert position(entry) == (int(entry.start.timestamp()), entry.id)


@pytest.mark.parametrize("begins", [None, -HOUR, timedelta(0), HOUR])
@pytest.mark.parametrize("ends", [None, -HOUR, timedelta(0), SECOND, 2 * HOUR])
def test_timers_alone_are_those_among_all_that_a_range_finds(
    storage: Storage, clock: Clock, user: User, *, begins: timedelta | None, ends: timedelta | None
) -> None:
    middle = clock.now - 5 * HOUR
    for number in range(3):
        started = middle + number * SECOND
        an_entry(storage, user, a_task(storage, user), started, started + HOUR)
        an_entry(storage, user, a_task(storage, user), started, None)
    filters = TimeEntryFilter(
        user_id=user.id,
        start=None if begins is None else middle + begins,
        end=None if ends is None else middle + ends,
    )

    timers = listed(storage, replace(filters, running=True), PageRequest(limit=9))

    assert timers == [entry for entry in listed(storage, filters, PageRequest(limit=9)) if entry.running]


def test_pages_of_timers_follow_each_other(storage: Storage, clock: Clock, user: User) -> None:
    # Two begin together, so that their ids decide.
    begins = [clock.now - hours * HOUR for hours in (3, 2, 2, 1)]
    timers = [an_entry(storage, user, a_task(storage, user), begin, None) for begin in begins]
    filters = TimeEntryFilter(user_id=user.id, running=True)

    first = storage.time_entries.list(filters, PageRequest(limit=2))
    second = storage.time_entries.list(filters, PageRequest(limit=2, after=first.next_after))

    assert [*first.items, *second.items] == timers[::-1]
    assert second.next_after is None
