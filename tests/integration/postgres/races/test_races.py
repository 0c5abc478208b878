"""Many callers at once on PostgreSQL: whatever they do, the rules of time hold."""

import psycopg
import pytest
from psycopg import Connection

from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.given import a_national_id, a_task, a_user, caller, start, stop
from tests.integration.postgres.stored_entries import count, overlaps, running
from tests.racing import race
from tests.waiting_callers import race_behind_user_lock
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import (
    LastAdminError,
    NotAllowedError,
    TaskNotFoundError,
    TimerAlreadyRunningError,
    TimerNotRunningError,
    TokenInvalidError,
    VersionMismatchError,
)
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import UserChange
from timetrack.domain.model.versions import Precondition
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.users import Users

RUNNERS = 16
PARALLEL = UserChange(timers=Timers.PARALLEL)


@pytest.fixture
def users(storage: PostgresStorage) -> Users:
    return Users(storage, FakePeopleInfo(), FakeHasher())


def test_of_sixteen_starts_at_once_one_wins_and_fifteen_learn_which(
    storage: PostgresStorage, owner: Connection
) -> None:
    user = a_user(storage)
    task = a_task(storage, user)

    finish = race_behind_user_lock(owner, user.id, RUNNERS, lambda _: start(storage, user, task).entry)

    assert len(finish.won) == 1
    assert {type(refusal) for refusal in finish.lost} == {TimerAlreadyRunningError}
    assert [getattr(refusal, "time_entry_id", None) for refusal in finish.lost] == [finish.won[0].id] * 15
    assert count(owner) == 1


def test_sixteen_who_switch_all_win_and_always_one_runs(
    storage: PostgresStorage, application_database_url: str, owner: Connection
) -> None:
    user = a_user(storage)
    tasks = [a_task(storage, user) for _ in range(4)]

    def switch(number: int) -> list[int]:
        seen = []
        for turn in range(6):
            start(storage, user, tasks[(number + turn) % 4], switch=True)
            with psycopg.connect(application_database_url) as connection:
                seen.append(running(connection))
        return seen

    finish = race_behind_user_lock(owner, user.id, RUNNERS, switch)

    assert finish.lost == []
    assert {seen for each in finish.won for seen in each} == {1}
    assert (count(owner), running(owner), overlaps(owner)) == (RUNNERS * 6, 1, 0)


def test_starts_stops_and_switches_at_once_never_overlap(storage: PostgresStorage, owner: Connection) -> None:
    user = a_user(storage)
    tasks = [a_task(storage, user) for _ in range(2)]

    def act(number: int) -> None:
        for turn in range(8):
            task = tasks[(number + turn) % 2]
            try:
                if number % 2:
                    stop(storage, user, task)
                else:
                    start(storage, user, task, switch=number % 4 == 0)
            except (TimerAlreadyRunningError, TimerNotRunningError):
                continue

    finish = race(RUNNERS, act)

    assert finish.lost == []
    assert running(owner) <= 1
    assert overlaps(owner) == 0


def test_starts_while_the_setting_changes_never_overlap_in_a_lane(
    storage: PostgresStorage, users: Users, owner: Connection
) -> None:
    user = a_user(storage)
    task = a_task(storage, user)

    def act(number: int) -> None:
        if number % 4:
            start(storage, user, task, switch=True)
        else:
            users.change(caller(user), user.id, UserChange(timers=list(Timers)[number // 4 % 2]))

    finish = race(RUNNERS, act)

    assert finish.lost == []
    assert running(owner) <= 2
    assert overlaps(owner) == 0


def test_nothing_runs_on_a_task_that_was_deleted_amid_starts(storage: PostgresStorage, owner: Connection) -> None:
    creator = a_user(storage)
    task = a_task(storage, creator)
    starters = [a_user(storage) for _ in range(RUNNERS)]

    def act(number: int) -> None:
        if number == RUNNERS // 2:
            Tasks(storage).delete(caller(creator), task.id)
        else:
            start(storage, starters[number], task)

    finish = race(RUNNERS, act)

    assert {type(refusal) for refusal in finish.lost} <= {TaskNotFoundError}
    assert running(owner) == 0
    assert count(owner) == len(finish.won) - 1


def test_nothing_runs_of_a_user_who_was_erased_amid_starts(
    storage: PostgresStorage, users: Users, owner: Connection
) -> None:
    a_user(storage)
    user = a_user(storage, PARALLEL)
    tasks = [a_task(storage, user) for _ in range(RUNNERS)]

    def act(number: int) -> None:
        if number == RUNNERS // 2:
            users.erase(caller(user), user.id)
        else:
            start(storage, user, tasks[number])

    finish = race(RUNNERS, act)

    assert {type(refusal) for refusal in finish.lost} <= {TokenInvalidError}
    assert running(owner) == 0
    assert count(owner) == len(finish.won) - 1


def test_deletions_of_tasks_and_users_at_once_do_not_wait_for_each_other_forever(
    storage: PostgresStorage, users: Users, owner: Connection
) -> None:
    a_user(storage)
    people = [a_user(storage, PARALLEL) for _ in range(RUNNERS // 2)]
    tasks = [a_task(storage, person) for person in people]
    for person in people:
        for task in tasks:
            start(storage, person, task)

    def act(number: int) -> None:
        person, task = people[number // 2], tasks[number // 2]
        if number % 2:
            users.erase(caller(person), person.id)
        else:
            Tasks(storage).delete(caller(person), task.id)

    finish = race(RUNNERS, act)

    assert finish.lost == []
    assert running(owner) == 0


def test_of_twenty_changes_of_one_version_one_wins(storage: PostgresStorage) -> None:
    user = a_user(storage)
    task = a_task(storage, user)
    current = Precondition(frozenset({task.version}))

    finish = race(20, lambda number: Tasks(storage).change(caller(user), task.id, f"by {number}", current))

    assert [type(refusal) for refusal in finish.lost] == [VersionMismatchError] * 19
    assert finish.won == [storage.tasks.get(task.id)]


def test_of_the_last_admins_who_demote_each_other_at_once_one_stays(storage: PostgresStorage, users: Users) -> None:
    admins = [a_user(storage, UserChange(role=Role.ADMIN)) for _ in range(RUNNERS)]

    def demote_the_next(number: int) -> None:
        users.change(caller(admins[number]), admins[number - 1].id, UserChange(role=Role.MEMBER))

    finish = race(RUNNERS, demote_the_next)

    # Who was demoted first may not demote any more.
    assert {type(refusal) for refusal in finish.lost} <= {LastAdminError, NotAllowedError}
    assert sum(storage.users.get(admin.id).role is Role.ADMIN for admin in admins) == len(finish.lost) > 0


def test_of_the_last_admins_who_erase_themselves_at_once_one_stays(storage: PostgresStorage, users: Users) -> None:
    admins = [a_user(storage, UserChange(role=Role.ADMIN)) for _ in range(4)]

    finish = race(4, lambda number: users.erase(caller(admins[number]), admins[number].id))

    assert [type(refusal) for refusal in finish.lost] == [LastAdminError]


def test_of_the_first_registrations_at_once_one_makes_an_admin(users: Users) -> None:
    finish = race(RUNNERS, lambda _: users.register(a_national_id(), "password").user.role)

    assert sorted(finish.won) == [Role.ADMIN] + [Role.MEMBER] * 15
