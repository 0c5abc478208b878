"""Handlers that understand an idempotency key."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NoReturn

import orjson
import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_user
from timetrack.domain.errors import RangeReversedError
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.ports.storage import Storage
from timetrack.entrypoints.http.handlers.idempotent import MOST_KEPT_BYTES, Once
from timetrack.entrypoints.http.handlers.key_limit import KeyLimit
from timetrack.entrypoints.http.messages.call import REPLAYED, Call, Handler, Reply


@pytest.mark.parametrize(
    ("query_names", "fault"), [((), {"in": "body", "pointer": "/to"}), (("to",), {"in": "query", "name": "to"})]
)
def test_a_refusal_that_is_kept_names_the_member_where_the_operation_takes_it_from(
    query_names: tuple[str, ...], fault: dict[str, str]
) -> None:
    def refuse(_: Call, **__: object) -> NoReturn:
        raise RangeReversedError

    call = Call(
        operation_id="an.operation",
        path="/",
        query="",
        headers={"idempotency-key": "key"},
        request_id="r",
        query_names=query_names,
    )
    storage = FakeStorage()
    handle = Once(storage, lambda _: {"an.operation": refuse}, {}, KeyLimit(storage)).wrap("an.operation")

    reply = handle(call, body={"national_id": "1234 567890"})

    assert orjson.loads(reply.body)["errors"] == [{**fault, "message": str(RangeReversedError())}]


def test_of_an_answer_that_is_too_large_a_repetition_is_told_that_it_was_done() -> None:
    handle, storage = over(Reply(status=201, body={"text": "x" * MOST_KEPT_BYTES}))

    first, again = repeated(handle)

    assert (first.status, len(first.body) > MOST_KEPT_BYTES) == (201, True)
    assert (again.status, orjson.loads(again.body)["code"]) == (409, "answer_too_large")
    assert done(storage) == 1


def test_of_an_answer_that_shows_a_secret_a_repetition_is_told_what_was_made() -> None:
    handle, storage = over(Reply(status=201, body={"id": 7, "told": "open sesame"}, shows_secret=True))

    first, again = repeated(handle)

    told = orjson.loads(again.body)
    assert orjson.loads(first.body)["told"] == "open sesame"
    assert (again.status, again.headers, told["code"], told["id"]) == (409, REPLAYED, "secret_shown_once", 7)
    with storage.database.transaction() as state:
        assert "sesame" not in str(state.keys)
    assert done(storage) == 1


def test_what_was_made_may_have_no_id() -> None:
    handle, _ = over(Reply(body={"code": "open sesame"}, shows_secret=True))

    _, again = repeated(handle)

    assert "id" not in orjson.loads(again.body)


def over(answer: Reply[Mapping[str, object]]) -> tuple[Handler, FakeStorage]:
    """Return a handler that writes a task and answers so, and its storage."""
    storage = FakeStorage()
    user = a_user(storage)

    def write(storage: Storage, _: Call, **__: object) -> Reply[Mapping[str, object]]:
        with storage.transaction(None) as stores:
            stores.tasks.add("work", user.id)
        return answer

    def handlers_over(storage: Storage) -> Mapping[str, Handler]:
        return {"an.operation": partial(write, storage)}

    return Once(storage, handlers_over, {"an.operation": allow}, KeyLimit(storage)).wrap("an.operation"), storage


def repeated(handle: Handler) -> tuple[Reply[Any], Reply[Any]]:
    """Return the answers to a request and to its repetition."""
    call = Call(operation_id="an.operation", path="/", query="", headers={"idempotency-key": "key"}, request_id="r")
    body = {"national_id": "1234 567890"}
    return handle(call, body=body), handle(call, body=body)


def done(storage: FakeStorage) -> int:
    """Return how many times the effect has come."""
    return len(storage.tasks.list(None, PageRequest(limit=9)).items)


def allow(_: Call, __: Mapping[str, object]) -> None:
    """Let everybody have the answer again."""
