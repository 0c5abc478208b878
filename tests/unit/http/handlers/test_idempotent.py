"""Handlers that understand an idempotency key."""

from collections.abc import Mapping
from functools import partial
from typing import NoReturn

import orjson
import pytest

from tests.fakes.storage import FakeStorage
from timetrack.domain.errors import RangeReversedError
from timetrack.domain.ports.storage import Storage
from timetrack.entrypoints.http.handlers.idempotent import MOST_KEPT_BYTES, Once
from timetrack.entrypoints.http.handlers.key_limit import KeyLimit
from timetrack.entrypoints.http.messages.call import Call, Reply


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
    done = []

    def answer(storage: Storage, _: Call, **__: object) -> Reply[dict[str, str]]:
        with storage.transaction(None):
            done.append("once")
        return Reply(status=201, body={"text": "x" * MOST_KEPT_BYTES})

    storage = FakeStorage()
    once = Once(
        storage,
        lambda over: {"an.operation": partial(answer, over)},
        {"an.operation": allow},
        KeyLimit(storage),
    )
    handle = once.wrap("an.operation")
    call = Call(operation_id="an.operation", path="/", query="", headers={"idempotency-key": "key"}, request_id="r")

    first, again = (handle(call, body={"national_id": "1234 567890"}) for _ in range(2))

    assert (first.status, len(first.body) > MOST_KEPT_BYTES) == (201, True)
    assert (again.status, orjson.loads(again.body)["code"]) == (409, "answer_too_large")
    assert done == ["once"]


def allow(_: Call, __: Mapping[str, object]) -> None:
    """Let everybody have the answer again."""
