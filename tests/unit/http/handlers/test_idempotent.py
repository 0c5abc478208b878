"""Handlers that understand an idempotency key."""

from typing import NoReturn

import orjson
import pytest

from tests.fakes.computing import at_once
from tests.fakes.storage import FakeStorage
from timetrack.domain.errors import RangeReversedError
from timetrack.entrypoints.http.handlers.idempotent import Once
from timetrack.entrypoints.http.messages.call import Call


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
    handle = Once(FakeStorage(), lambda _: {"an.operation": refuse}, at_once).wrap("an.operation")

    reply = handle(call, body={"national_id": "1234 567890"})

    assert orjson.loads(reply.body)["errors"] == [{**fault, "message": str(RangeReversedError())}]
