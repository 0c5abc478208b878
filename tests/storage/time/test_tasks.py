"""The promises of TaskStore."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_task, a_user, delete_task, erase_user
from tests.racing import race
from timetrack.domain.errors import TaskNotFoundError
from timetrack.domain.model.ids import TaskId
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.ports.storage import Storage

ALL = PageRequest(limit=100)
NOTHING = TaskId(999_999)


def test_a_new_task_is_kept_as_its_first_version(storage: Storage, clock: Clock) -> None:
    user = a_user(storage)

    task = storage.tasks.add("write tests", user.id)

    assert task == Task(
        id=task.id,
        description="write tests",
        created_by=user.id,
        version=1,
        created_at=clock.now,
        updated_at=clock.now,
    )
    assert storage.tasks.get(task.id) == task


def test_a_task_that_is_not_there_is_neither_found_nor_locked(storage: Storage) -> None:
    with pytest.raises(TaskNotFoundError):
        storage.tasks.get(NOTHING)
    with pytest.raises(TaskNotFoundError), storage.transaction(None) as stores:
        stores.tasks.lock_exclusive(NOTHING)


def test_a_change_is_kept_as_a_new_version(storage: Storage, clock: Clock) -> None:
    task = a_task(storage, a_user(storage), "old")
    clock.advance(timedelta(hours=1))

    with storage.transaction(None) as stores:
        saved = stores.tasks.save(replace(stores.tasks.lock_exclusive(task.id), description="new"))

    assert saved == replace(task, description="new", version=2, updated_at=clock.now)
    assert storage.tasks.get(task.id) == saved


def test_a_locked_task_is_changed_by_nobody_else(storage: Storage) -> None:
    task = a_task(storage, a_user(storage), "-")

    def lengthen(_: int) -> None:
        with storage.transaction(None) as stores:
            locked = stores.tasks.lock_exclusive(task.id)
            stores.tasks.save(replace(locked, description=f"{locked.description}-"))

    race(6, lengthen)

    assert storage.tasks.get(task.id).description == "-" * 7


def test_who_has_created_a_task_is_known_also_when_it_is_deleted(storage: Storage) -> None:
    user = a_user(storage)
    task = a_task(storage, user)
    delete_task(storage, task)

    assert (storage.tasks.creator(task.id), storage.tasks.creator(NOTHING)) == (user.id, None)


def test_a_deleted_task_is_nowhere_found(storage: Storage) -> None:
    user = a_user(storage)
    task, other = a_task(storage, user), a_task(storage, user)

    delete_task(storage, task)

    assert storage.tasks.list(None, ALL).items == [other]
    with pytest.raises(TaskNotFoundError):
        storage.tasks.get(task.id)
    with pytest.raises(TaskNotFoundError), storage.transaction(None) as stores:
        stores.tasks.lock_exclusive(task.id)


def test_a_task_outlives_the_user_who_created_it(storage: Storage) -> None:
    user = a_user(storage)
    task = a_task(storage, user)

    erase_user(storage, user)

    assert storage.tasks.get(task.id) == task


@pytest.mark.parametrize(
    ("part", "descriptions"),
    [
        (None, ["Write 100%", "write_tests", "Пишу", r"C:\work"]),
        ("", ["Write 100%", "write_tests", "Пишу", r"C:\work"]),
        ("WRITE", ["Write 100%", "write_tests"]),
        ("пИШ", ["Пишу"]),
        ("%", ["Write 100%"]),
        ("_", ["write_tests"]),
        ("\\", [r"C:\work"]),
        ("w%e", []),
    ],
)
def test_a_list_finds_a_part_in_any_case_and_takes_each_character_literally(
    storage: Storage, part: str | None, descriptions: list[str]
) -> None:
    user = a_user(storage)
    for description in ("Write 100%", "write_tests", "Пишу", r"C:\work"):
        storage.tasks.add(description, user.id)

    assert [task.description for task in storage.tasks.list(part, ALL).items] == descriptions


def test_pages_follow_each_other_by_ascending_id_and_the_last_one_says_so(storage: Storage) -> None:
    user = a_user(storage)
    tasks = [a_task(storage, user) for _ in range(5)]

    first = storage.tasks.list("work", PageRequest(limit=2))
    second = storage.tasks.list("work", PageRequest(limit=2, after=first.next_after))
    third = storage.tasks.list("work", PageRequest(limit=2, after=second.next_after))

    assert [*first.items, *second.items, *third.items] == tasks
    assert (first.next_after, second.next_after, third.next_after) == ((tasks[1].id,), (tasks[3].id,), None)


def test_what_comes_or_goes_between_two_pages_neither_doubles_nor_hides_another(storage: Storage) -> None:
    user = a_user(storage)
    tasks = [a_task(storage, user) for _ in range(4)]
    first = storage.tasks.list(None, PageRequest(limit=2))

    delete_task(storage, tasks[1])
    newcomer = a_task(storage, user)

    assert storage.tasks.list(None, PageRequest(limit=5, after=first.next_after)).items == [*tasks[2:], newcomer]
