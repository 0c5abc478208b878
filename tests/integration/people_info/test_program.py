"""The program `timetrack-peopleinfo`, from outside."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from jsonschema import Draft4Validator

from tests.people_info_process import PeopleInfoProcess, command, people_info
from timetrack.contracts import read_contract
from timetrack.resources import resource

CONTRACT = read_contract(resource("api", "peopleinfo.yaml"))
PATIENT = 30


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with people_info() as service:
        yield service.url


def info(url: str, query: str) -> requests.Response:
    return requests.get(f"{url}/info?{query}", timeout=PATIENT)


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        command(*arguments),
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=PATIENT,
        check=False,
    )


def off_contract(reply: requests.Response, path: str) -> str:
    """Return what of the reply the contract does not declare, if anything."""
    declared = CONTRACT["paths"][path]["get"]["responses"][str(reply.status_code)]
    if "$ref" in declared:
        declared = CONTRACT["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    schema = declared["content"][reply.headers["Content-Type"]]["schema"]
    faults = Draft4Validator(schema | {"components": CONTRACT["components"]}).iter_errors(reply.json())
    return ", ".join(fault.message for fault in faults)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("passportSerie=1234&passportNumber=567890", 200),
        ("passportSerie=0000&passportNumber=000000", 200),
        ("passportSerie=0400&passportNumber=567890", 400),
        ("passportSerie=0500&passportNumber=567890", 500),
        ("passportSerie=123&passportNumber=567890", 400),
        ("passportSerie=1234%0A&passportNumber=567890", 400),
        ("passportSerie=1234&passportNumber=%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3%D9%A3", 400),
        ("passportSerie=1234", 400),
        ("", 400),
    ],
)
def test_replies_are_those_of_the_contract(url: str, query: str, status: int) -> None:
    reply = info(url, query)

    assert reply.status_code == status
    assert off_contract(reply, "/info") == ""


def test_it_tells_that_it_is_alive(url: str) -> None:
    reply = requests.get(f"{url}/health", timeout=PATIENT)

    assert reply.status_code == 200
    assert off_contract(reply, "/health") == ""


def test_persons_come_in_plain_cyrillic(url: str) -> None:
    reply = info(url, "passportSerie=1234&passportNumber=567890")

    assert "Шевченко" in reply.content.decode()


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("POST", "/info", 405)])
def test_what_the_contract_does_not_know_is_a_problem(url: str, method: str, path: str, status: int) -> None:
    reply = requests.request(method, f"{url}{path}", timeout=PATIENT)

    assert reply.status_code == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= reply.json().keys()


def test_neither_errors_nor_logs_repeat_the_national_id() -> None:
    with people_info("--log-level", "debug") as service:
        replies = [
            info(service.url, f"passportSerie={series}&passportNumber={number}").text
            for series, number in (("1234", "864209"), ("0400", "864209"), ("0500", "864209"), ("1234", "864209x"))
        ]
        service.process.terminate()
        logged = service.process.communicate(timeout=PATIENT)[1]

    assert "validating parameters" in logged
    assert "864209" not in logged + "".join(replies)


def test_help_explains_every_setting() -> None:
    done = run("--help")

    assert done.returncode == 0
    for setting in ("--host", "--port", "--log-level", "TIMETRACK_PEOPLEINFO_HOST", "TIMETRACK_PEOPLEINFO_PORT"):
        assert setting in done.stdout


def test_bad_settings_are_all_named_in_one_message() -> None:
    done = run("--log-level", "loud", TIMETRACK_PEOPLEINFO_PORT="99999")

    assert done.returncode == 2
    assert done.stdout == ""
    for fault in ("TIMETRACK_PEOPLEINFO_PORT (--port): ", "TIMETRACK_PEOPLEINFO_LOG_LEVEL (--log-level): "):
        assert fault in done.stderr


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run(TIMETRACK_PEOPLEINFO_PORT=str(taken.getsockname()[1]))

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Address already in use" in done.stderr


def hang_on(service: PeopleInfoProcess) -> socket.socket:
    """Return a connection whose request the service has taken up and does not answer."""
    address = urlsplit(service.url)
    caller = socket.create_connection((address.hostname, address.port), timeout=PATIENT)
    caller.sendall(b"GET /info?passportSerie=0503&passportNumber=567890 HTTP/1.1\r\nHost: x\r\n\r\n")
    # The service takes requests up in the order of their arrival: when this one is answered, the first hangs.
    requests.get(f"{service.url}/health", timeout=PATIENT)
    return caller


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quietly_whoever_is_waiting(number: signal.Signals) -> None:
    with people_info() as service, hang_on(service) as caller:
        service.process.send_signal(number)
        said, logged = service.process.communicate(timeout=PATIENT)
        answer = caller.recv(65536)

    assert (service.process.returncode, said, logged) == (0, "", "")
    assert answer.startswith(b"HTTP/1.1 503 ")
