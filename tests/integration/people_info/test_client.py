"""The people-info client against servers that do not keep to the contract."""

import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.people_info.misbehaving_server import (
    PERSON,
    MisbehavingServer,
    reply,
    sends,
    sends_byte_by_byte,
    sends_nothing,
    sends_without_end,
)
from timetrack.adapters.peopleinfo import PeopleInfoClient
from timetrack.adapters.peopleinfo.abortable_connection import AbortableConnection
from timetrack.adapters.peopleinfo.breaker import CircuitBreaker
from timetrack.domain.errors import PeopleInfoUnavailableError, PersonUnknownError
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person

ANNA = NationalId("1234", "567890")
ANNA_IS = Person(surname="Ivanova", name="Anna", patronymic=None, address="1 Main Street")
LONG = 20.0
SHORT = 0.5
HEAD = reply().index(b"\r\n\r\n") + 4


def person(**members: object) -> bytes:
    return reply(json.dumps(PERSON | members).encode())


def reasons(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [vars(record)["reason"] for record in caplog.records if record.msg == "people_info_call_failed"]


def wait_for_workers() -> None:
    for thread in threading.enumerate():
        if thread.name == "people-info":
            thread.join(LONG)
            assert not thread.is_alive()


def test_it_asks_as_the_contract_says() -> None:
    with MisbehavingServer(sends(reply())) as server:
        found = PeopleInfoClient(f"{server.url}/", timeout=LONG).find(ANNA)

    assert found == ANNA_IS
    assert server.requests[0].startswith(b"GET /info?passportSerie=1234&passportNumber=567890 HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "answer",
    [
        person(patronymic="Ivanovna"),
        person(member_of_a_later_version=[1]),
        reply(kind="Application/JSON; charset=utf-8"),
        reply(json.dumps(PERSON).encode() + b" " * 60_000),
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"%x\r\n%b\r\n0\r\n\r\n" % (len(json.dumps(PERSON)), json.dumps(PERSON).encode()),
    ],
    ids=["patronymic", "unknown member", "charset", "just small enough", "chunked"],
)
def test_a_reply_by_the_contract_is_read(answer: bytes) -> None:
    with MisbehavingServer(sends(answer)) as server:
        found = PeopleInfoClient(server.url, timeout=LONG).find(ANNA)

    assert (found.surname, found.name, found.address) == ("Ivanova", "Anna", "1 Main Street")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(status="500 Internal Server Error"), "status"),
        (reply(status="503 Service Unavailable"), "status"),
        (reply(status="404 Not Found"), "status"),
        (reply(status="201 Created"), "status"),
        (reply(status="204 No Content", body=b""), "status"),
        (reply(b" " * 70_000), "too_large"),
        (reply(json.dumps(PERSON).encode() + b" " * 65_536), "too_large"),
        (reply(b" " * 70_000, status="400 Bad Request"), "too_large"),
        (reply(kind="text/html"), "off_contract"),
        (reply(kind="application/problem+json"), "off_contract"),
        (reply(more="Content-Encoding: gzip\r\n", body=b"\x1f\x8b"), "off_contract"),
        (reply(b""), "off_contract"),
        (reply(b"{"), "off_contract"),
        (reply(b"[]"), "off_contract"),
        (reply(b"[" * 60_000), "off_contract"),
        (reply(b"\xff\xfe{}"), "off_contract"),
        (reply(b'{"surname": "Ivanova", "name": "Anna"}'), "off_contract"),
        (person(surname=None), "off_contract"),
        (person(surname=7), "off_contract"),
        (person(surname=""), "off_contract"),
        (person(surname="x" * 101), "off_contract"),
        (person(address="x" * 501), "off_contract"),
        (person(patronymic=None), "off_contract"),
        (person(name="An\0na"), "off_contract"),
        (person(address="1\0Main Street"), "off_contract"),
        (person(name="Anna\n"), "off_contract"),
        (person(name="\ud800"), "off_contract"),
        (reply()[:-5], "off_contract"),
        (b"not HTTP at all\r\n\r\n", "connection"),
        (b"", "connection"),
    ],
)
def test_any_other_reply_is_refused(answer: bytes, reason: str, caplog: pytest.LogCaptureFixture) -> None:
    with MisbehavingServer(sends(answer)) as server, pytest.raises(PeopleInfoUnavailableError):
        PeopleInfoClient(server.url, timeout=LONG).find(ANNA)

    assert reasons(caplog) == [reason]


def test_a_bad_request_means_that_the_person_is_unknown() -> None:
    answer = reply(b"no such passport", status="400 Bad Request", kind="text/plain")

    with MisbehavingServer(sends(answer)) as server, pytest.raises(PersonUnknownError):
        PeopleInfoClient(server.url, timeout=LONG).find(ANNA)


def test_nobody_there_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    with MisbehavingServer(sends_nothing) as server:
        gone = server.url

    with pytest.raises(PeopleInfoUnavailableError):
        PeopleInfoClient(gone, timeout=LONG).find(ANNA)

    assert reasons(caplog) == ["connection"]


def test_a_redirect_is_not_followed(caplog: pytest.LogCaptureFixture) -> None:
    with MisbehavingServer(sends(reply())) as elsewhere:
        answer = reply(status="302 Found", more=f"Location: {elsewhere.url}/info\r\n")
        with MisbehavingServer(sends(answer)) as server, pytest.raises(PeopleInfoUnavailableError):
            PeopleInfoClient(server.url, timeout=LONG).find(ANNA)

    assert reasons(caplog) == ["status"]
    assert elsewhere.requests == []


def test_a_redirect_is_not_read_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    with MisbehavingServer(sends_without_end) as server, pytest.raises(PeopleInfoUnavailableError):
        PeopleInfoClient(server.url, timeout=LONG).find(ANNA)

    assert reasons(caplog) == ["too_large"]


@pytest.mark.parametrize(
    "act",
    [
        sends_nothing,
        sends_byte_by_byte(reply(more=f"X-Long: {'x' * 400}\r\n")),
        sends_byte_by_byte(reply(more="X: y\r\n" * 90)),
        sends_byte_by_byte(reply(json.dumps(PERSON).encode() + b" " * 400), from_byte=HEAD + 4),
        sends_byte_by_byte(reply(b"x" * 400, status="400 Bad Request"), from_byte=40),
    ],
    ids=["silence", "a header", "headers", "a body", "an error"],
)
def test_a_slow_answer_is_cut_off(act: Callable[..., None], caplog: pytest.LogCaptureFixture) -> None:
    with MisbehavingServer(act) as server:
        with pytest.raises(PeopleInfoUnavailableError):
            PeopleInfoClient(server.url, timeout=SHORT).find(ANNA)

        assert not server.stopping.is_set()
        assert server.abandoned.wait(LONG)
        wait_for_workers()
    assert reasons(caplog) == ["timeout"]


def test_tls_that_is_never_agreed_on_is_given_up() -> None:
    with MisbehavingServer(sends_nothing) as server:
        with pytest.raises(PeopleInfoUnavailableError):
            PeopleInfoClient(f"https://{server.address}", timeout=SHORT).find(ANNA)

        assert server.abandoned.wait(LONG)
        wait_for_workers()


def test_a_connection_that_is_made_too_late_is_cut_too() -> None:
    ours, theirs = socket.socketpair()
    line = AbortableConnection()

    with ours, theirs:
        line.abort()
        line.connected(ours)

        assert theirs.recv(1) == b""


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with MisbehavingServer(sends(reply())) as server, MisbehavingServer(sends(b"")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        found = PeopleInfoClient(server.url, timeout=LONG).find(ANNA)

    assert found == ANNA_IS
    assert proxy.requests == []


def test_calls_beyond_the_bound_are_refused_at_once_and_only_while_it_holds() -> None:
    go_on = threading.Event()

    def answers_later(_: MisbehavingServer, caller: socket.socket) -> None:
        go_on.wait(LONG)
        caller.sendall(reply())

    with MisbehavingServer(answers_later) as server, ThreadPoolExecutor() as threads:
        client = PeopleInfoClient(server.url, timeout=LONG, in_flight=2)
        under_way = [threads.submit(client.find, ANNA) for _ in range(2)]
        for _ in under_way:
            assert server.arrived.acquire(timeout=LONG)

        with pytest.raises(PeopleInfoUnavailableError):
            client.find(ANNA)

        assert len(server.requests) == 2
        go_on.set()
        assert [call.result() for call in under_way] == [ANNA_IS, ANNA_IS]
        assert client.find(ANNA) == ANNA_IS


def test_a_call_gives_its_place_back_before_it_returns() -> None:
    with MisbehavingServer(sends(reply())) as server:
        client = PeopleInfoClient(server.url, timeout=LONG, in_flight=1)

        assert [client.find(ANNA) for _ in range(50)] == [ANNA_IS] * 50


def test_a_system_without_threads_costs_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError

    with MisbehavingServer(sends(reply())) as server:
        client = PeopleInfoClient(server.url, timeout=LONG, in_flight=1)
        with monkeypatch.context() as patched:
            patched.setattr("timetrack.adapters.peopleinfo.http_get.threading.Thread.start", no_thread)
            with pytest.raises(PeopleInfoUnavailableError):
                client.find(ANNA)

        assert client.find(ANNA) == ANNA_IS


def test_a_service_that_fails_in_a_row_is_left_in_peace_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = 0.0
    breaker = CircuitBreaker(failures=5, pause=5.0, clock=lambda: now)
    with MisbehavingServer(sends(reply(status="500 Internal Server Error"))) as server:
        client = PeopleInfoClient(server.url, timeout=LONG, breaker=breaker)
        for _ in range(10):
            with pytest.raises(PeopleInfoUnavailableError):
                client.find(ANNA)
        asked_while_failing = len(server.requests)
        server.act = sends(reply())
        now = 5.0
        found = client.find(ANNA)

    assert asked_while_failing == 5
    assert found == ANNA_IS
    events = [record.msg for record in caplog.records]
    assert events == ["people_info_call_failed"] * 5 + ["people_info_circuit_opened", "people_info_circuit_closed"]


def test_a_refusal_for_want_of_a_place_uses_up_no_trial() -> None:
    now = 0.0
    breaker = CircuitBreaker(failures=1, pause=5.0, clock=lambda: now)
    with MisbehavingServer(sends_nothing) as server, ThreadPoolExecutor() as threads:
        client = PeopleInfoClient(server.url, timeout=LONG, in_flight=1, breaker=breaker)
        under_way = threads.submit(client.find, ANNA)
        assert server.arrived.acquire(timeout=LONG)
        breaker.failed()
        now = 5.0
        with pytest.raises(PeopleInfoUnavailableError):
            client.find(ANNA)
        server.stopping.set()
        assert under_way.exception(LONG) is not None

        assert breaker.permits()


def text_of_the_error(client: PeopleInfoClient) -> str:
    try:
        client.find(ANNA)
    except (PeopleInfoUnavailableError, PersonUnknownError):
        return traceback.format_exc()
    return ""


@pytest.mark.parametrize(
    "answer",
    [reply(), reply(status="400 Bad Request"), b"", reply(more="no header at all\r\n X:\r\n"), reply(kind="text/html")],
)
def test_the_national_id_is_nowhere_in_logs_and_errors(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MisbehavingServer(sends(answer)) as server:
        error = text_of_the_error(PeopleInfoClient(server.url, timeout=LONG))

    assert b"567890" in server.requests[0]
    assert "567890" not in caplog.text + error


def test_the_national_id_is_not_in_the_error_when_nobody_is_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with MisbehavingServer(sends_nothing) as server:
        gone = server.url

    error = text_of_the_error(PeopleInfoClient(gone, timeout=LONG))

    assert "PeopleInfoUnavailableError" in error
    assert "567890" not in caplog.text + error
