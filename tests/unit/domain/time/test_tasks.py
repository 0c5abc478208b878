"""Creating, changing and deleting tasks."""

from datetime import timedelta

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, caller, start, stop
from tests.report_queries import by_task, durations
from timetrack.domain.errors import NotAllowedError, TaskNotFoundError, VersionMismatchError
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.users.users import User
from timetrack.domain.model.versions import Precondition
from timetrack.domain.services.tasks import Tasks

STALE = Precondition(frozenset({99}))


@pytest.fixture
def tasks(storage: FakeStorage) -> Tasks:
    return Tasks(storage)


def test_a_task_belongs_to_who_created_it_and_is_there_for_all(tasks: Tasks, member: User) -> None:
    task = tasks.create(caller(member), "work")

    assert (task.description, task.created_by) == ("work", member.id)
    assert tasks.get(task.id) == task
    assert tasks.list("WORK", PageRequest(limit=1)).items == [task]


def test_nobody_finds_a_task_that_is_not_there(tasks: Tasks, member: User) -> None:
    with pytest.raises(TaskNotFoundError):
        tasks.get(TaskId(999_999))
    with pytest.raises(TaskNotFoundError):
        tasks.change(caller(member), TaskId(999_999), "work")
    with pytest.raises(TaskNotFoundError):
        tasks.delete(caller(member), TaskId(999_999))


def test_who_created_a_task_changes_it(tasks: Tasks, member: User) -> None:
    task = tasks.create(caller(member), "old")

    changed = tasks.change(caller(member), task.id, "new")

    assert (changed.description, changed.version, tasks.get(task.id)) == ("new", 2, changed)


def test_no_description_leaves_the_old_one_and_an_empty_one_does_not(tasks: Tasks, member: User) -> None:
    task = tasks.create(caller(member), "old")

    assert tasks.change(caller(member), task.id, None).description == "old"
    assert tasks.change(caller(member), task.id, "").description == ""


def test_a_member_neither_changes_nor_deletes_the_task_of_another(tasks: Tasks, admin: User, member: User) -> None:
    task = tasks.create(caller(admin), "work")

    with pytest.raises(NotAllowedError):
        tasks.change(caller(member), task.id, "mine")
    with pytest.raises(NotAllowedError):
        tasks.delete(caller(member), task.id)

    assert tasks.get(task.id) == task


def test_a_manager_changes_and_deletes_the_task_of_another(tasks: Tasks, manager: User, member: User) -> None:
    task = tasks.create(caller(member), "work")

    assert tasks.change(caller(manager), task.id, "ours").description == "ours"
    tasks.delete(caller(manager), task.id)

    with pytest.raises(TaskNotFoundError):
        tasks.get(task.id)


def test_a_stale_version_changes_and_deletes_nothing(tasks: Tasks, member: User) -> None:
    task = tasks.create(caller(member), "work")

    with pytest.raises(VersionMismatchError):
        tasks.change(caller(member), task.id, "lost", STALE)
    with pytest.raises(VersionMismatchError):
        tasks.delete(caller(member), task.id, STALE)

    assert tasks.get(task.id) == task


def test_a_deleted_task_keeps_its_hours_has_no_timer_and_takes_no_new_one(
    tasks: Tasks, storage: FakeStorage, member: User
) -> None:
    other, task, begin = a_user(storage), a_task(storage, member), storage.clock.now
    for user in (member, other):
        start(storage, user, task)
    storage.clock.advance(timedelta(minutes=20))

    tasks.delete(caller(member), task.id)

    storage.clock.advance(timedelta(minutes=20))
    for user in (member, other):
        assert durations(by_task(storage, user, begin, storage.clock.now)) == [timedelta(minutes=20)]
        with pytest.raises(TaskNotFoundError):
            stop(storage, user, task)
        with pytest.raises(TaskNotFoundError):
            start(storage, user, task)
