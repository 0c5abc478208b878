"""Nothing that anybody sends is answered in another way because the contract is compiled, or goes by the fast path."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from tests.edge.generated_requests import OPERATIONS, Operation, requests
from tests.edge.hostile_requests import REQUESTS, wire_format
from tests.fakes.handlers import TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import Address, Response, request, send, serving
from timetrack.domain.errors import DatabaseUnavailableError, TaskNotFoundError, TimerAlreadyRunningError
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.messages.call import Reply

NAMES = tuple(FakeHandlers())


@dataclass
class Mode:
    address: Address
    handlers: FakeHandlers

    def answer(self, raw: bytes, answers: Mapping[str, Callable[..., Any]]) -> tuple[list[Response], list[Any]]:
        """Return what is answered, and what handlers were told."""
        self.handlers.reset()
        self.handlers.answers |= answers
        return [without_chance(response) for response in send(self.address, raw)], list(self.handlers.calls)


def without_chance(response: Response) -> Response:
    """The response without what differs from one moment to the next."""
    headers = {name: value for name, value in response.headers.items() if name != "date"}
    # Of what is not even HTTP nobody has read the request id.
    made_up = headers["x-request-id"] if headers.get("x-request-id") != "same" else "same"
    return Response(
        response.status, headers | {"x-request-id": "same"}, response.body.replace(made_up.encode(), b"same")
    )


@pytest.fixture(scope="module")
def modes() -> Iterator[list[Mode]]:
    with ExitStack() as stack:
        yield [
            _serving(stack, compiled=True),
            _serving(stack, compiled=True, fast_path=None),
            _serving(stack, compiled=False),
        ]


def _serving(stack: ExitStack, *, compiled: bool, **of_protocol: None) -> Mode:
    handlers = FakeHandlers()
    app = create_app(handlers=handlers, authenticate=fake_authenticate, compiled=compiled)
    return Mode(stack.enter_context(serving(app, **of_protocol)), handlers)


def raising(error: Exception) -> Callable[..., Any]:
    def answer(*_: object, **__: object) -> Reply[Any]:
        raise error.with_traceback(None)  # or it would grow with every answer

    return answer


def replying(reply: Reply[Any]) -> Callable[..., Any]:
    return lambda *_, **__: reply


ANSWERS = [
    replying(Reply(body={"ü": [1, None, "\u2028"]}, headers={"ETag": '"1"', "Cache-Control": "private"})),
    replying(Reply(body=b"a,b\r\n", content_type="text/csv; charset=utf-8", headers={"X-Name": "é"})),
    replying(Reply(status=204, body=None, headers={"ETag": '"2"'})),
    replying(Reply(status=304, body=None, headers={"ETag": '"2"'})),
    replying(Reply(status=201, body={}, headers={"Location": "/tasks/1"})),
    replying(Reply(body={"x": {1, 2}})),
    raising(TaskNotFoundError()),
    raising(TimerAlreadyRunningError(7)),
    raising(DatabaseUnavailableError()),
    raising(ZeroDivisionError()),
]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=requests())
def test_a_generated_request_is_answered_alike(modes: list[Mode], raw: bytes) -> None:
    fast, compiled, stock = (mode.answer(raw, {}) for mode in modes)

    assert fast == compiled == stock


@settings(max_examples=settings().max_examples // 2, deadline=None)
@given(raw=requests(), answer=st.sampled_from(ANSWERS))
def test_whatever_a_handler_answers_goes_out_alike(modes: list[Mode], raw: bytes, answer: Callable[..., Any]) -> None:
    answers = dict.fromkeys(NAMES, answer)

    fast, compiled, stock = (mode.answer(raw, answers) for mode in modes)

    assert fast == compiled == stock


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_no_value_of_a_header_becomes_another_header(modes: list[Mode], end: str) -> None:
    split = replying(Reply(body={}, headers={"Location": f"/tasks/1{end}Set-Cookie: it"}))

    for mode in modes:
        responses, _ = mode.answer(request("/health"), {"health.alive": split})
        assert [response.status for response in responses] in ([], [500])
        assert all("set-cookie" not in response.headers for response in responses)


@pytest.mark.parametrize("hostile", REQUESTS, ids=lambda hostile: hostile["name"])
def test_a_hostile_request_is_answered_alike(modes: list[Mode], hostile: Mapping[str, Any]) -> None:
    fast, compiled, stock = (mode.answer(wire_format(hostile), {}) for mode in modes)

    assert fast == compiled == stock


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("/tasks", b'\xef\xbb\xbf{"description": "x"}'),
        ("/tasks/1/start", b'{"start": "2016-12-31T23:59:60Z"}'),
        ("/tasks/1/start", b'{"start": "0001-01-01T00:00:00+01:00"}'),
        ("/tasks/1/start", b'{"start": "9999-12-31T23:59:59-01:00"}'),
        ("/report", b'{"period": "2026-W13"}'),
    ],
)
def test_what_is_unusual_and_right_reaches_a_handler_alike(modes: list[Mode], target: str, body: bytes) -> None:
    signed_in, json = f"Authorization: Bearer {TOKEN}", "Content-Type: application/json"
    raw = request(target, signed_in, json, "X-Request-ID: same", method="POST", body=body)

    fast, compiled, stock = (mode.answer(raw, {}) for mode in modes)

    assert fast == compiled == stock
    assert len(compiled[1]) == 1


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.method} {each.path}")
def test_some_generated_request_reaches_the_operation(modes: list[Mode], operation: Operation) -> None:
    def reaches(raw: bytes) -> bool:
        _, calls = modes[0].answer(raw, {})
        return bool(calls)

    # It raises where it finds none; the simplest one is not asked for.
    found = find(requests([operation]), reaches, settings=settings(max_examples=500, phases=[Phase.generate]))

    assert reaches(found)
