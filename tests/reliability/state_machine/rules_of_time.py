"""Random sequences of what callers may do, done in the database and in the reference model alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import LiteralString

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule
from psycopg import Connection

from tests.database_clock import PostgresClock
from tests.fakes.clock import MORNING
from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.given import a_national_id
from tests.reliability.audit import broken_rules
from tests.reliability.state_machine.reference_model import Entry, Person, ReferenceModel, Refusal
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import TimeTrackError
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.time_entries import UNCHANGED, TimeEntry, TimeEntryByHand, TimeEntryChange
from timetrack.domain.model.users.roles import Role
from timetrack.domain.model.users.users import UserChange
from timetrack.domain.ports.idempotency import RefusedBefore
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer
from timetrack.domain.services.tasks import Tasks
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.domain.services.tracking import Tracking
from timetrack.domain.services.users import Users

_ENTRIES: LiteralString = "SELECT id, version, user_id, task_id, lane, start_at, end_at, description FROM time_entries"
_VERSIONS: LiteralString = """
    SELECT time_entry_id, version, action, user_id, task_id, lane, start_at, end_at, description
    FROM time_entry_history
"""

Command = StartTimer | StopTimer
Told = tuple[int, Entry] | str | None
"""An entry and its id, the code of a refusal, or nothing."""

# Few values, near each other, so that they meet.
_offsets = st.integers(-90, 3).map(lambda number: timedelta(minutes=number))
_maybe_offsets = st.none() | _offsets
_lengths = st.none() | st.integers(-1, 60).map(lambda number: timedelta(minutes=number))
_keys = st.none() | st.sampled_from(["one", "two"])
_picks = st.integers(0, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A database, emptied for every example, and its clock."""

    storage: PostgresStorage
    owner: Connection
    clock: PostgresClock
    empty: Callable[[], None]


class RulesOfTime(RuleBasedStateMachine):
    """The state machine: does each step in both, and compares the answers and what is kept."""

    users: Bundle[UserId] = Bundle("users")
    tasks: Bundle[TaskId] = Bundle("tasks")
    commands: Bundle[Command] = Bundle("commands")

    def __init__(self, system: System) -> None:
        super().__init__()
        self._system = system
        system.empty()
        system.clock.now = MORNING
        self._model = ReferenceModel(now=MORNING)
        self._requests = count(1)
        self._users = Users(system.storage, FakePeopleInfo(), FakeHasher())
        self._tasks = Tasks(system.storage)
        self._entries = TimeEntries(system.storage)
        self._tracking = Tracking(system.storage)

    @initialize(target=users)
    def register_the_admin(self) -> UserId:
        return self._registered()

    @initialize(target=tasks, creator=users)
    def create_the_first_task(self, creator: UserId) -> TaskId:
        return self._task_of(self._caller(creator))

    # Few users and tasks, so that whatever is done meets something that was done before.
    @precondition(lambda self: len(self._model.people) < 3)
    @rule(target=users)
    def register(self) -> UserId:
        return self._registered()

    @precondition(lambda self: len(self._model.tasks) < 3)
    @rule(target=tasks, creator=users)
    def create_task(self, creator: UserId) -> TaskId:
        return self._task_of(self._admin() if self._model.people[creator].erased else self._caller(creator))

    @rule(by=st.integers(1, 600).map(lambda number: timedelta(minutes=number)))
    def let_time_pass(self, by: timedelta) -> None:
        self._system.clock.advance(by)
        self._model.now += by

    @rule(target=commands, user=users, task=tasks, key=_keys, ago=_maybe_offsets, switch=st.booleans())
    def start(self, user: UserId, task: TaskId, key: str | None, ago: timedelta | None, *, switch: bool) -> Command:
        return self._track(
            StartTimer(
                caller=self._caller(user),
                task_id=task,
                start=self._at(ago),
                switch=switch,
                key=_bound(key, user, "start", task, ago, switch),
            )
        )

    @rule(target=commands, user=users, task=tasks, key=_keys, ago=_maybe_offsets)
    def stop(self, user: UserId, task: TaskId, key: str | None, ago: timedelta | None) -> Command:
        key_of_stop = _bound(key, user, "stop", task, ago)
        return self._track(StopTimer(caller=self._caller(user), task_id=task, end=self._at(ago), key=key_of_stop))

    @precondition(lambda self: any(entry.end is None for entry in self._model.entries.values()))
    @rule(target=commands, pick=_picks, ago=_maybe_offsets)
    def stop_what_runs(self, pick: int, ago: timedelta | None) -> Command:
        running = [entry for entry in self._model.entries.values() if entry.end is None]
        entry = running[pick % len(running)]
        caller = self._caller(UserId(entry.user))
        return self._track(StopTimer(caller=caller, task_id=TaskId(entry.task), end=self._at(ago)))

    @rule(command=commands)
    def send_again(self, command: Command) -> None:
        self._track(replace(command, caller=self._caller(command.caller.user_id)))

    @rule(user=users, task=tasks, ago=_offsets, length=_lengths)
    def create_entry(self, user: UserId, task: TaskId, ago: timedelta, length: timedelta | None) -> None:
        start = self._model.now + ago
        end = None if length is None else start + length
        by_hand = TimeEntryByHand(user_id=user, task_id=task, start=start, end=end)
        caller = self._caller(user)
        self._both(lambda: self._entries.create(caller, by_hand), lambda new: self._model.create(by_hand, new))

    @precondition(lambda self: self._model.versions)
    @rule(pick=_picks, task=st.none() | tasks, start=_maybe_offsets, end=_maybe_offsets, runs=st.booleans())
    def correct_entry(
        self, pick: int, task: TaskId | None, start: timedelta | None, end: timedelta | None, *, runs: bool
    ) -> None:
        entry, caller = self._picked(pick)
        given_end = None if runs else self._at(end) or UNCHANGED
        change = TimeEntryChange(task_id=task, start=self._at(start), end=given_end)
        self._both(lambda: self._entries.change(caller, entry, change), lambda _: self._model.change(entry, change))

    @precondition(lambda self: self._model.versions)
    @rule(pick=_picks)
    def delete_entry(self, pick: int) -> None:
        entry, caller = self._picked(pick)
        self._both(lambda: self._entries.delete(caller, entry), lambda _: self._model.delete(entry))

    @precondition(lambda self: self._model.versions)
    @rule(pick=_picks, version=st.integers(1, 4))
    def restore_entry(self, pick: int, version: int) -> None:
        entry, caller = self._picked(pick)
        self._both(lambda: self._entries.restore(caller, entry, version), lambda _: self._model.restore(entry, version))

    @rule(user=users, timers=st.sampled_from(Timers))
    def choose(self, user: UserId, timers: Timers) -> None:
        caller, change = self._caller(user), UserChange(timers=timers)
        self._both(
            lambda: _nothing(self._users.change(caller, user, change)), lambda _: self._model.choose(user, timers)
        )

    @precondition(lambda self: len(self._model.tasks) > 1)
    @rule(task=tasks)
    def delete_task(self, task: TaskId) -> None:
        caller = self._admin()
        self._both(lambda: self._tasks.delete(caller, task), lambda _: self._model.delete_task(task))

    @precondition(lambda self: sum(not person.erased for person in self._model.people.values()) > 2)
    @rule(user=users)
    def erase_user(self, user: UserId) -> None:
        caller = self._admin()
        self._both(lambda: self._users.erase(caller, user), lambda _: self._model.erase(user))

    @invariant()
    def everything_is_kept(self) -> None:
        versions = self._model.versions
        expected = {(key, len(versions[key]), *_columns(entry)) for key, entry in self._model.entries.items()}
        assert set(self._system.owner.execute(_ENTRIES).fetchall()) == expected

    def teardown(self) -> None:
        """Compare the histories, and look for what no caller could have been told of."""
        expected = {
            (key, number, version.action, *_columns(version.entry))
            for key, versions in self._model.versions.items()
            for number, version in enumerate(versions, 1)
        }
        assert set(self._system.owner.execute(_VERSIONS).fetchall()) == expected
        assert not any(broken_rules(self._system.owner).values())

    def _registered(self) -> UserId:
        user = self._users.register(a_national_id(), "password").user.id
        self._model.people[user] = Person()
        return user

    def _task_of(self, caller: Caller) -> TaskId:
        task = self._tasks.create(caller, "work").id
        self._model.tasks.add(task)
        return task

    def _both(self, act: Callable[[], TimeEntry | None], model: Callable[[int], tuple[int, Entry] | None]) -> None:
        told, new_id = _told(act)
        try:
            expected: Told = model(new_id)
        except Refusal as refusal:
            expected = refusal.code
        assert told == expected

    def _track(self, command: Command) -> Command:
        self._both(lambda: self._tracked(command), lambda new: self._model.track(command, new))
        return command

    def _tracked(self, command: Command) -> TimeEntry:
        if isinstance(command, StartTimer):
            return self._tracking.start(command).entry
        return self._tracking.stop(command).entry

    def _caller(self, user: UserId) -> Caller:
        return Caller(user_id=user, role=Role.MEMBER, request_id=f"request {next(self._requests)}")

    def _admin(self) -> Caller:
        return replace(self._caller(UserId(min(self._model.people))), role=Role.ADMIN)

    def _picked(self, pick: int) -> tuple[TimeEntryId, Caller]:
        """Return an entry, deleted ones included, and its user as the caller."""
        entries = sorted(self._model.versions)
        entry = entries[pick % len(entries)]
        return TimeEntryId(entry), self._caller(UserId(self._model.versions[entry][0].entry.user))

    def _at(self, ago: timedelta | None) -> datetime | None:
        return None if ago is None else self._model.now + ago


def _bound(key: str | None, user: UserId, *request: object) -> IdempotencyKey | None:
    """Return a key of the user's, bound to a request."""
    return None if key is None else IdempotencyKey(owner=f"user:{user}", key=key, fingerprint=repr(request).encode())


def _nothing(_: object) -> None:
    """Leave out what was told: a user is no affair of the model's."""


def _told(act: Callable[[], TimeEntry | None]) -> tuple[Told, int]:
    """Return what a caller is told, and the id of the entry that it is about, if any."""
    try:
        kept = act()
    except TimeTrackError as refusal:
        return refusal.code, 0
    except RefusedBefore as before:
        return before.refusal.code, 0
    if kept is None:
        return None, 0
    entry = Entry(
        user=kept.user_id,
        task=kept.task_id,
        lane=kept.lane,
        start=kept.start,
        end=kept.end,
        description=kept.description,
    )
    return (kept.id, entry), kept.id


def _columns(entry: Entry) -> tuple[object, ...]:
    return (entry.user, entry.task, entry.lane, entry.start, entry.end, entry.description)
