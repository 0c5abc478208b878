"""A thousand idempotency keys, each sent five times at once: a thousand effects, and one answer for each key."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import Connection

from tests.fakes.computing import at_once
from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.given import a_task, a_user, caller
from tests.sql import number
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import IdempotencyKeyInUseError
from timetrack.domain.services.authentication import DemoAuthentication
from timetrack.entrypoints.http.handlers import Dependencies, handlers
from timetrack.entrypoints.http.messages.call import Call, Handler, Reply
from timetrack.entrypoints.http.messages.rendering import render

FEW, MANY = 100, 1000
TIMES = 5
THREADS = 10

Send = Callable[[int], tuple[int, object]]


@pytest.fixture
def operations(storage: PostgresStorage) -> Mapping[str, Handler]:
    world = Dependencies(
        authentication=DemoAuthentication(storage, 3600),
        people=FakePeopleInfo(),
        hasher=FakeHasher(),
        version="1.2.3",
        demo=True,
        registration_open=True,
        registrations_per_address=0,
        obstacle=lambda: None,
        compute=at_once,
    )
    return handlers(storage, world)


def send_all(send: Callable[[int, str], Reply[object]], keys: int) -> dict[int, Counter[tuple[int, object]]]:
    """Return, for each key, the answers that its five requests got in the end."""

    def until_answered(request: int) -> tuple[int, tuple[int, object]]:
        while True:
            try:
                status, _, body = render(send(request // TIMES, f"{request % TIMES}"))
            except IdempotencyKeyInUseError:
                continue  # what a client does on a 409 with Retry-After
            return request // TIMES, (status, body)

    answers: defaultdict[int, Counter[tuple[int, object]]] = defaultdict(Counter)
    with ThreadPoolExecutor(THREADS) as threads:
        for key, answer in threads.map(until_answered, range(keys * TIMES)):
            answers[key][answer] += 1
    return answers


@pytest.mark.parametrize("keys", [FEW, pytest.param(MANY, marks=pytest.mark.long)], ids=["few", "many"])
@pytest.mark.parametrize("operation", ["tasks.create", "tracking.start"])
def test_keys_sent_five_times_each_have_as_many_effects_as_there_are_keys(
    storage: PostgresStorage, operations: Mapping[str, Handler], owner: Connection, operation: str, keys: int
) -> None:
    users = [a_user(storage) for _ in range(4)]
    task = a_task(storage, users[0])
    how: dict[str, dict[str, object]] = {
        "tasks.create": {"body": {"description": "once"}},
        "tracking.start": {"id": task.id, "body": {"switch": True}},
    }

    def send(key: int, request: str) -> Reply[object]:
        call = Call(
            operation_id=operation,
            path=f"/{operation}",
            query="",
            headers={"idempotency-key": f"key-{key}"},
            request_id=f"{key}-{request}",
            caller=caller(users[key % 4]),
        )
        return operations[operation](call, **how[operation])

    answers = send_all(send, keys)

    assert len(answers) == keys
    assert {tuple(counted.values()) for counted in answers.values()} == {(TIMES,)}
    assert {status for counted in answers.values() for status, _ in counted} == {201}
    effects = {
        "tasks.create": number(owner, "SELECT count(*) - 1 FROM tasks"),
        "tracking.start": number(owner, "SELECT count(*) FROM time_entries"),
    }
    assert effects[operation] == keys
    assert number(owner, "SELECT count(*) FROM idempotency_keys") == keys
