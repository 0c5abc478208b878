"""A reference model of the rules of time: how a database must end up that serves one caller at a time.

Written from the rules and not from the SQL: lists are searched from one end to the other, and nothing is clever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from timetrack.domain.model.time.lanes import Timers
from timetrack.domain.model.time.time_entries import UNCHANGED, TimeEntryByHand, TimeEntryChange
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer

_SKEW = timedelta(minutes=2)
_KEYS_ARE_KEPT = timedelta(hours=24)


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """The model refuses, with the code that the domain has for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A time entry, in one version."""

    user: int
    task: int
    lane: int
    start: datetime
    end: datetime | None
    description: str


@dataclass(frozen=True, slots=True)
class Version:
    """What was done to an entry, and what it was then."""

    action: str
    entry: Entry


@dataclass
class Person:
    """A user."""

    timers: Timers = Timers.SINGLE
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a key stands for: the request, when it came, and how it has ended; a refusal is told by its code."""

    fingerprint: bytes
    at: datetime
    end: tuple[int, Entry] | str


@dataclass
class ReferenceModel:
    """Everything that is known; entries that were deleted are known by their versions only."""

    now: datetime
    people: dict[int, Person] = field(default_factory=dict)
    tasks: set[int] = field(default_factory=set)
    entries: dict[int, Entry] = field(default_factory=dict)
    versions: dict[int, list[Version]] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def track(self, command: StartTimer | StopTimer, new_id: int) -> tuple[int, Entry]:
        """Start or stop a timer; the same key and command have the first answer again."""
        key = command.key
        if key is None:
            return self._decide(command, new_id)
        answer = self.answers.get((key.owner, key.key))
        if answer is None or self.now - answer.at >= _KEYS_ARE_KEPT:
            answer = Answer(fingerprint=key.fingerprint, at=self.now, end=self._end(command, new_id))
            self.answers[key.owner, key.key] = answer
        if answer.fingerprint != key.fingerprint:
            raise Refusal("idempotency_key_reused")
        if isinstance(answer.end, str):
            raise Refusal(answer.end)
        return answer.end

    def create(self, by_hand: TimeEntryByHand, new_id: int) -> tuple[int, Entry]:
        """Keep an entry by hand."""
        self._require_task(by_hand.task_id)
        person = self._caller(by_hand.user_id)
        start = self._clamped(by_hand.start, "start_in_future")
        entry = Entry(
            user=by_hand.user_id,
            task=by_hand.task_id,
            lane=_lane(person, by_hand.task_id),
            start=start,
            end=self._end_after(start, by_hand.end),
            description=by_hand.description,
        )
        self._require_room(entry)
        return self._keep(new_id, "created", entry)

    def change(self, entry_id: int, change: TimeEntryChange) -> tuple[int, Entry]:
        """Correct an entry."""
        entry = self._entry(entry_id)
        self._caller(entry.user)
        task = entry.task if change.task_id is None else change.task_id
        start = entry.start if change.start is None else self._clamped(change.start, "start_in_future")
        end = entry.end if change.end is UNCHANGED else self._end_after(start, change.end)
        if end is not None and end < start:
            raise Refusal("end_before_start")
        if task != entry.task or (end is None and entry.end is not None):
            self._require_task(task)
        lane = 0 if entry.lane == 0 else task
        description = entry.description if change.description is None else change.description
        changed = replace(entry, task=task, lane=lane, start=start, end=end, description=description)
        self._require_room(changed, but=entry_id)
        return self._keep(entry_id, "changed", changed)

    def delete(self, entry_id: int) -> None:
        """Take an entry away."""
        entry = self._entry(entry_id)
        self._caller(entry.user)
        self.versions[entry_id].append(Version("deleted", entry))
        del self.entries[entry_id]

    def restore(self, entry_id: int, version: int) -> tuple[int, Entry]:
        """Make an entry what it was."""
        versions = self.versions[entry_id]
        if version > len(versions):
            raise Refusal("version_unknown")
        entry = versions[version - 1].entry
        self._require_task(entry.task)
        self._caller(entry.user)
        self._require_room(entry, but=entry_id)
        return self._keep(entry_id, "restored", entry)

    def choose(self, user: int, timers: Timers) -> None:
        """Change a user's setting."""
        self._caller(user).timers = timers

    def delete_task(self, task: int) -> None:
        """Take a task from use, and stop what runs on it."""
        self._require_task(task)
        self._end_all([key for key, entry in self._running() if entry.task == task])
        self.tasks.remove(task)

    def erase(self, user: int) -> None:
        """Erase a user, and stop what they have running; the first user is the only admin, and stays."""
        if user == min(self.people):
            raise Refusal("last_admin")
        if self.people[user].erased:
            raise Refusal("user_not_found")
        self.people[user].erased = True
        self.answers = {name: answer for name, answer in self.answers.items() if name[0] != f"user:{user}"}
        self._end_all([key for key, entry in self._running() if entry.user == user])

    def _end(self, command: StartTimer | StopTimer, new_id: int) -> tuple[int, Entry] | str:
        try:
            return self._decide(command, new_id)
        except Refusal as refusal:
            return refusal.code

    def _decide(self, command: StartTimer | StopTimer, new_id: int) -> tuple[int, Entry]:
        return self._start(command, new_id) if isinstance(command, StartTimer) else self._stop(command)

    def _start(self, command: StartTimer, new_id: int) -> tuple[int, Entry]:
        user, task = command.caller.user_id, command.task_id
        self._require_task(task)
        lane = _lane(self._caller(user), task)
        start = self._clamped(command.start or self.now, "start_in_future")
        begun = Entry(user=user, task=task, lane=lane, start=start, end=None, description=command.description)
        running = next((key for key, entry in self._running() if (entry.user, entry.lane) == (user, lane)), None)
        if running is not None:
            if not command.switch:
                raise Refusal("timer_already_running")
            if self.entries[running].start > start:
                raise Refusal("switch_too_early")
        self._require_room(begun, but=running)
        if running is not None:
            self._keep(running, "changed", replace(self.entries[running], end=start))
        return self._keep(new_id, "created", begun)

    def _stop(self, command: StopTimer) -> tuple[int, Entry]:
        user, task = command.caller.user_id, command.task_id
        running = [key for key, entry in self._running() if (entry.user, entry.task) == (user, task)]
        if not running:
            raise Refusal("timer_not_running" if task in self.tasks else "task_not_found")
        present = _lane(self.people[user], task)
        stopped = max(running, key=lambda key: self.entries[key].lane == present)
        entry = self.entries[stopped]
        end = self._end_after(entry.start, command.end or self.now)
        return self._keep(stopped, "changed", replace(entry, end=end))

    def _running(self) -> Iterator[tuple[int, Entry]]:
        return ((key, entry) for key, entry in self.entries.items() if entry.end is None)

    def _end_all(self, running: Sequence[int]) -> None:
        for key in running:
            entry = self.entries[key]
            self._keep(key, "changed", replace(entry, end=max(entry.start, self.now)))

    def _keep(self, entry_id: int, action: str, entry: Entry) -> tuple[int, Entry]:
        self.entries[entry_id] = entry
        self.versions.setdefault(entry_id, []).append(Version(action, entry))
        return entry_id, entry

    def _entry(self, entry_id: int) -> Entry:
        if entry_id not in self.entries:
            raise Refusal("time_entry_not_found")
        return self.entries[entry_id]

    def _caller(self, user: int) -> Person:
        """Return the user as the caller of a write of their own time."""
        if self.people[user].erased:
            raise Refusal("token_invalid")
        return self.people[user]

    def _require_task(self, task: int) -> None:
        if task not in self.tasks:
            raise Refusal("task_not_found")

    def _require_room(self, entry: Entry, but: int | None = None) -> None:
        others = [each for key, each in self.entries.items() if key != but and _same_lane(each, entry)]
        if entry.end is None and any(other.end is None for other in others):
            raise Refusal("timer_already_running")
        if any(_overlap(other, entry) for other in others):
            raise Refusal("time_entry_overlap")

    def _clamped(self, instant: datetime, refusal: str) -> datetime:
        if instant > self.now + _SKEW:
            raise Refusal(refusal)
        return min(instant.replace(microsecond=0), self.now)

    def _end_after(self, start: datetime, end: datetime | None) -> datetime | None:
        if end is None:
            return None
        clamped = self._clamped(end, "end_in_future")
        if end.replace(microsecond=0) < start:
            raise Refusal("end_before_start")
        return max(start, clamped)


def _lane(person: Person, task: int) -> int:
    return 0 if person.timers is Timers.SINGLE else task


def _same_lane(one: Entry, other: Entry) -> bool:
    return (one.user, one.lane) == (other.user, other.lane)


def _overlap(one: Entry, other: Entry) -> bool:
    """Tell whether two have a second in common; what has no length has none."""
    never = datetime.max.replace(tzinfo=one.start.tzinfo)
    return max(one.start, other.start) < min(one.end or never, other.end or never)
