"""The edge over a real socket: the ways past Connexion's authentication, and limits on size and time."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from tests.fakes.handlers import CALLER, TOKEN, FakeHandlers, fake_authenticate
from tests.http_clients import Address, request, send, serving
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.users.roles import Role
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.contract.operations import ContractError
from timetrack.entrypoints.http.edge import buffered_transport, protocol, request_limits
from timetrack.entrypoints.http.messages.call import Call, Reply

SIGNED_IN = f"Authorization: Bearer {TOKEN}"

OPERATION = """
    get:
      operationId: {name}
      security: {security}
      {parameters}
      responses: {{"200": {{description: ok, content: {{application/json: {{example: {{}}}}}}}}}}
"""
BY_NAME = "parameters: [{name: name, in: path, required: true, schema: {type: string}}]"


@pytest.fixture(scope="module")
def server(app: ASGIApp) -> Iterator[Address]:
    with serving(app) as address:
        yield address


def written(folder: Path, **paths: str) -> Path:
    lines = "".join(f"  {path}:{operation}" for path, operation in paths.items())
    file = folder / "openapi.yaml"
    file.write_text(
        "openapi: 3.0.3\ninfo: {title: trap, version: '1'}\n"
        f"paths:\n{lines}components:\n  securitySchemes:\n    bearer: {{type: http, scheme: bearer}}\n"
    )
    return file


def test_two_routers_that_disagree_open_no_door(tmp_path: Path, compiled: bool) -> None:  # noqa: FBT001 - a fixture
    # Starlette takes the first path that fits, which is public; Werkzeug takes the literal one, which is not.
    paths = {
        "/notes/{name}": OPERATION.format(name="notes.public", security="[]", parameters=BY_NAME),
        "/notes/secret": OPERATION.format(name="notes.secret", security="[{bearer: []}]", parameters=""),
    }
    specification = written(tmp_path, **paths)
    handlers = FakeHandlers(specification)
    app = create_app(handlers=handlers, authenticate=fake_authenticate, specification=specification, compiled=compiled)

    with serving(app) as address:
        response = send(address, request("/notes/secret"))[0]

    # Compiled, there is one router only, the guard's, and it asks for the token.
    assert response.status == (401 if compiled else 404)
    assert handlers.calls == []


def test_a_newline_in_the_path_does_not_borrow_the_identity_of_the_request_before(
    server: Address, handlers: FakeHandlers
) -> None:
    first, second, third = send(
        server,
        request("/users/current", SIGNED_IN, close=False),
        request("/users/current%0A", close=False),
        request("/users/current"),
    )

    assert (first.status, second.status, third.status) == (200, 404, 401)
    assert [call.caller for call, _ in handlers.calls] == [CALLER]


def test_an_operation_id_that_is_used_twice_keeps_the_server_from_starting(tmp_path: Path) -> None:
    paths = {
        "/public": OPERATION.format(name="notes.list", security="[]", parameters=""),
        "/secret": OPERATION.format(name="notes.list", security="[{bearer: []}]", parameters=""),
    }
    specification = written(tmp_path, **paths)

    with pytest.raises(ContractError, match=r"operationId used more than once: notes\.list"):
        create_app(handlers=FakeHandlers(specification), authenticate=fake_authenticate, specification=specification)


def test_under_load_everybody_keeps_their_own_identity(compiled: bool) -> None:  # noqa: FBT001 - a fixture
    handlers = FakeHandlers()
    handlers.answers["users.current"] = lambda call: Reply(body={"id": call.signed_in.user_id})
    users = [str(number) for number in range(1, 9)] * 10

    app = create_app(handlers=handlers, authenticate=anybody, compiled=compiled)

    with serving(app) as address, ThreadPoolExecutor(8) as clients:
        answers = clients.map(lambda user: whoami(address, user), users)

        assert list(answers) == [int(user) for user in users]


def anybody(token: str) -> Caller:
    return Caller(user_id=UserId(int(token)), role=Role.MEMBER)


def whoami(address: Address, user: str) -> int:
    identity: int = send(address, request("/users/current", f"Authorization: Bearer {user}"))[0].json()["id"]
    return identity


def test_handlers_run_on_the_event_loop(compiled: bool) -> None:  # noqa: FBT001 - a fixture
    handlers = FakeHandlers()
    threads = set()

    def tell_thread(_: Call) -> Reply[object]:
        asyncio.get_running_loop()  # raises elsewhere
        threads.add(threading.current_thread().name)
        return Reply(body={"status": "ok", "demo": False})

    handlers.answers["health.alive"] = tell_thread
    app = create_app(handlers=handlers, authenticate=fake_authenticate, compiled=compiled)

    with serving(app) as address, ThreadPoolExecutor(8) as clients:
        statuses = list(clients.map(lambda _: send(address, request("/health"))[0].status, range(8)))

    assert statuses == [200] * 8
    assert len(threads) == 1


def test_what_is_not_http_gets_a_problem_too(server: Address) -> None:
    response = send(server, b"this is not HTTP\r\n\r\n")[0]

    assert response.status == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_who_takes_too_long_over_a_head_is_cut_off(server: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.1)

    with socket.create_connection(server, timeout=10) as silent, socket.create_connection(server, timeout=10) as slow:
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: lo")

        assert (silent.recv(1), slow.recv(1)) == (b"", b"")


def test_who_takes_too_long_over_the_head_of_a_second_request_is_cut_off(
    server: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_connection(server, timeout=10) as slow:
        slow.sendall(request("/health", close=False))
        assert b"".join(iter(lambda: slow.recv(1), b"}")).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(protocol, "HEAD_TIMEOUT", 0.1)
        slow.sendall(b"GET /health HTTP/1.1\r\nHost: lo")

        assert slow.recv(1) == b""


def test_who_takes_too_long_over_a_body_is_told_so(server: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "BODY_TIMEOUT", 0.1)

    response = send(server, request("/tasks", SIGNED_IN, "Content-Length: 9", method="POST", body=b"{"))[0]

    assert (response.status, response.json()["code"]) == (408, "request_timeout")


def test_who_does_not_read_is_cut_off_and_what_was_being_sent_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffered_transport, "WRITE_TIMEOUT", 0.1)
    handlers, let_go = FakeHandlers(), threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 65536
        finally:
            let_go.set()

    handlers.answers["reports.user"] = lambda *_, **__: Reply(body=endless(), content_type="text/csv")
    headers = [SIGNED_IN, "Content-Type: application/json"]
    body = b'{"from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z"}'
    app = create_app(handlers=handlers, authenticate=fake_authenticate)

    with serving(app) as address, socket.create_connection(address, timeout=10) as unread:
        unread.sendall(request("/users/7/report", *headers, method="POST", body=body))

        assert let_go.wait(10)


def test_a_head_that_goes_on_and_on_is_not_taken_in(server: Address) -> None:
    with socket.create_connection(server, timeout=10) as endless:
        endless.sendall(b"GET /health HTTP/1.1\r\nX: ")
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            for _ in range(500):  # more than lies on the way between two sockets
                endless.sendall(b"a" * 65536)


def test_a_chunked_body_arrives_whole(server: Address, handlers: FakeHandlers) -> None:
    chunks = b'8\r\n{"descri\r\n9\r\nption": "\r\n3\r\nx"}\r\n0\r\n\r\n'
    headers = [SIGNED_IN, "Content-Type: Application/JSON; Charset=UTF-8", "Transfer-Encoding: chunked"]

    response = send(server, request("/tasks", *headers, method="POST", body=chunks))[0]

    assert response.status == 201
    assert handlers.last[1] == {"body": {"description": "x"}}


def test_a_length_with_a_blank_behind_it_is_legal(server: Address, handlers: FakeHandlers) -> None:
    headers = [SIGNED_IN, "Content-Type: application/json", "Content-Length: 20 "]

    response = send(server, request("/tasks", *headers, method="POST", body=b'{"description": "x"}'))[0]

    assert response.status == 201
    assert handlers.last[1] == {"body": {"description": "x"}}


def test_a_body_that_is_waited_for_arrives_whole(server: Address, handlers: FakeHandlers) -> None:
    head = ["Content-Type: application/json", "Content-Length: 20", "Expect: 100-continue"]
    with socket.create_connection(server, timeout=10) as client:
        client.sendall(request("/tasks", SIGNED_IN, *head, method="POST"))
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b'{"descri')
        client.sendall(b'ption": "x"}')
        assert client.recv(1000).startswith(b"HTTP/1.1 201")

    assert handlers.last[1] == {"body": {"description": "x"}}


@pytest.mark.parametrize("_", range(20))
def test_who_has_nothing_more_to_say_is_answered_all_the_same(server: Address, _: int) -> None:
    with socket.create_connection(server, timeout=10) as client:
        client.sendall(request("/nowhere", close=False))
        client.shutdown(socket.SHUT_WR)

        assert client.recv(1000).startswith(b"HTTP/1.1 404")


def test_the_answer_to_head_has_the_headers_of_get_and_no_body(server: Address) -> None:
    head = send(server, request("/openapi.json", method="HEAD"))
    get = send(server, request("/openapi.json"))[0]

    # The length of what did not come is announced, so the reader above stops at the headers.
    assert head[0].status == 200
    assert head[0].headers["content-length"] == get.headers["content-length"]
    assert head[0].body == b""
