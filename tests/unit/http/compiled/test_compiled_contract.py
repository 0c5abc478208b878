"""The compiled contract in a Connexion application of its own, as docs/compiled-contract.md shows it."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from connexion import FlaskApp
from connexion.exceptions import ProblemException
from connexion.middleware import MiddlewarePosition
from connexion.resolver import Resolver
from connexion.spec import Specification
from starlette.types import ASGIApp, Message, Scope

from tests.http_clients import ask
from timetrack.entrypoints.http.compiled import Answer, CompiledContract, Endpoint

GREET = {"operationId": "greet", "responses": {"200": {"description": "a greeting"}}}
CONTRACT = {
    "openapi": "3.0.3",
    "info": {"title": "greetings", "version": "1"},
    "paths": {"/greet": {"get": GREET}, "/slow": {"get": {**GREET, "operationId": "slow"}}},
}
SCOPE = {"type": "http", "method": "GET", "path": "/greet", "query_string": b"", "headers": []}


def by_path(scope: Scope) -> str | None:
    name: str = scope["path"].removeprefix("/")
    return name


def by_hand(operation: Any) -> Endpoint | None:  # noqa: ANN401 - Connexion has no types
    """Compile one operation, and leave the other to Connexion."""
    if operation.operation_id != "greet":
        return None
    return lambda _, body: Answer(200, [("X-By", "endpoint")], operation.function().encode() + body)


def greetings(compile_: Any) -> ASGIApp:  # noqa: ANN401 - a stand-in for every kind
    app = FlaskApp("greetings")
    app.add_middleware(
        CompiledContract,
        position=MiddlewarePosition.BEFORE_SWAGGER,
        find=by_path,
        compile_=compile_,
        executor=ThreadPoolExecutor(1),
    )
    app.add_api(CONTRACT, resolver=Resolver(lambda name: lambda: f"{name} by Python"))
    application: ASGIApp = app
    return application


def test_an_operation_with_an_endpoint_is_served_by_it() -> None:
    response = ask(greetings(by_hand), "GET", "/greet", content=b", and hello")

    assert (response.status_code, response.text) == (200, "greet by Python, and hello")
    assert response.headers["x-by"] == "endpoint"


@pytest.mark.parametrize("path", ["/slow", "/nothing", "/openapi.json", "/ui/"])
def test_what_has_no_endpoint_is_connexions_business(path: str) -> None:
    plain = FlaskApp("greetings")
    plain.add_api(CONTRACT, resolver=Resolver(lambda name: lambda: f"{name} by Python"))

    ours, connexions = ask(greetings(by_hand), "GET", path), ask(plain, "GET", path)

    assert (ours.status_code, ours.content) == (connexions.status_code, connexions.content)


def test_what_an_endpoint_raises_is_connexions_to_word() -> None:
    def refusing(_: Any) -> Endpoint:  # noqa: ANN401 - Connexion has no types
        def endpoint(_: Scope, __: bytes) -> Answer:
            raise ProblemException(status=418)

        return endpoint

    response = ask(greetings(refusing), "GET", "/greet")

    assert response.status_code == 418


def test_an_endpoint_runs_on_the_event_loop() -> None:
    def endpoint(_: Scope, body: bytes) -> Answer:
        asyncio.get_running_loop()  # raises elsewhere
        return Answer(200, [], b"prompt" + body)

    assert ask(greetings(lambda _: endpoint), "GET", "/greet", content=b"ly").text == "promptly"


def test_a_body_in_pieces_goes_out_piece_by_piece() -> None:
    sent = messages(iter([b"a", b"b"]))

    assert [(each["body"], each["more_body"]) for each in sent[1:]] == [(b"a", True), (b"b", True), (b"", False)]
    assert b"content-length" not in dict(sent[0]["headers"])


def test_a_body_in_pieces_ends_when_the_client_is_gone() -> None:
    closed = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"more"
        finally:
            closed.append(True)

    messages(endless(), gone_after=3)

    assert closed == [True]


def messages(body: Iterator[bytes], gone_after: int | None = None) -> list[Message]:
    """Return what is sent to a client, which leaves after so many messages."""
    sent: list[Message] = []

    async def run() -> None:
        gone, incoming = asyncio.Event(), iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            for message in incoming:
                return message
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if len(sent) == gone_after:
                gone.set()

        with ThreadPoolExecutor(1) as executor:
            compiled = CompiledContract(
                _nobody,
                find=by_path,
                compile_=lambda _: lambda *_: Answer(200, [], body),
                executor=executor,
            )
            compiled.add_api(Specification.from_dict(CONTRACT), resolver=Resolver(lambda _: _nobody))
            await compiled(dict(SCOPE), receive, send)

    asyncio.run(run())
    return sent


async def _nobody(*_: object) -> None:
    raise AssertionError("nothing is passed on here")


def test_a_body_that_is_cancelled_while_a_piece_is_made_is_closed_afterwards() -> None:
    making, may_go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        try:
            making.set()
            may_go_on.wait(10)
            yield b"late"
        finally:
            closed.set()

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            compiled = CompiledContract(
                _nobody, find=by_path, compile_=lambda _: lambda *_: Answer(200, [], slow()), executor=executor
            )
            compiled.add_api(Specification.from_dict(CONTRACT), resolver=Resolver(lambda _: _nobody))
            serving = asyncio.ensure_future(compiled(dict(SCOPE), _incoming(), _discard))
            await asyncio.to_thread(making.wait, 10)
            serving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await serving
            may_go_on.set()
            assert await asyncio.to_thread(closed.wait, 10)

    asyncio.run(run())


def test_a_body_is_closed_also_when_not_even_its_start_could_be_sent() -> None:
    closed = threading.Event()

    class Pieces:
        def __iter__(self) -> "Pieces":
            return self

        def __next__(self) -> bytes:
            return b"never sent"

        def close(self) -> None:
            closed.set()

    async def failing(_: Message) -> None:
        raise ConnectionResetError

    async def run() -> None:
        with ThreadPoolExecutor(1) as executor:
            compiled = CompiledContract(
                _nobody, find=by_path, compile_=lambda _: lambda *_: Answer(200, [], Pieces()), executor=executor
            )
            compiled.add_api(Specification.from_dict(CONTRACT), resolver=Resolver(lambda _: _nobody))
            with pytest.raises(ConnectionResetError):
                await compiled(dict(SCOPE), _incoming(), failing)
            assert await asyncio.to_thread(closed.wait, 10)

    asyncio.run(run())


def test_a_body_is_closed_without_a_complaint_also_when_its_threads_have_ended(
    caplog: pytest.LogCaptureFixture,
) -> None:
    making, may_go_on, closed = threading.Event(), threading.Event(), threading.Event()

    class Slow:
        def __iter__(self) -> "Slow":
            return self

        def __next__(self) -> bytes:
            making.set()
            may_go_on.wait(10)
            return b"late"

        def close(self) -> None:
            closed.set()

    async def run() -> None:
        executor = ThreadPoolExecutor(1)
        compiled = CompiledContract(
            _nobody, find=by_path, compile_=lambda _: lambda *_: Answer(200, [], Slow()), executor=executor
        )
        compiled.add_api(Specification.from_dict(CONTRACT), resolver=Resolver(lambda _: _nobody))
        serving = asyncio.ensure_future(compiled(dict(SCOPE), _incoming(), _discard))
        await asyncio.to_thread(making.wait, 10)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        executor.shutdown(wait=False, cancel_futures=True)
        may_go_on.set()
        await asyncio.to_thread(executor.shutdown)

    asyncio.run(run())

    assert closed.is_set()
    assert not caplog.records


def _incoming() -> Callable[[], Awaitable[Message]]:
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in requests:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    return receive


async def _discard(_: Message) -> None:
    """Nobody reads."""
