"""Requests of a drill, and what came of them."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from tests.running_server import RunningServer

CLIENTS = 40


@dataclass(frozen=True, slots=True)
class Answers:
    """How many had which status, and how long the slowest took, in seconds."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def line(self, what: str) -> str:
        """Return them as a row of a table."""
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
        return f"| {what} | {statuses} | {max(self.times, default=0):.2f} s |\n"


@dataclass(frozen=True, slots=True)
class Person:
    """A user who is signed in, and a task of theirs."""

    id: int
    token: str
    task: int


def register(server: RunningServer, number: int) -> Person:
    """Register a user."""
    national_id = f"1234 {number:06}"
    user = server.register(national_id)
    token = server.sign_in(national_id)
    return Person(int(user["id"]), token, server.create_task(token))


def ask(server: RunningServer, method: str, path: str, token: str | None = None) -> tuple[int, float]:
    """Return the status of the answer, and the seconds that it took."""
    begun = time.monotonic()
    status = server.call(method, path, token=token).status_code
    return status, time.monotonic() - begun


def start(server: RunningServer, person: Person) -> tuple[int, float]:
    """Start, or go on with, a timer of the person's."""
    return ask(server, "POST", f"/tasks/{person.task}/start", person.token)


def stop(server: RunningServer, person: Person) -> tuple[int, float]:
    """Stop the person's timer."""
    return ask(server, "POST", f"/tasks/{person.task}/stop", person.token)


def gather(outcomes: Iterable[tuple[int, float]]) -> Answers:
    """Return what came of requests."""
    answers = Answers()
    for status, seconds in outcomes:
        answers.statuses[status] += 1
        answers.times.append(seconds)
    return answers


def at_once(calls: Iterable[Callable[[], tuple[int, float]]]) -> Answers:
    """Send requests at once."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return gather(list(clients.map(lambda call: call(), calls)))


def starts_and_stops(server: RunningServer, people: Iterable[Person], rounds: int) -> Answers:
    """Have each start and stop, all at once, in rounds."""
    calls = [partial(each, server, person) for person in people for _ in range(rounds) for each in (start, stop)]
    return at_once(calls)
