"""Every hostile request that we know of, against a real server: none breaks it, and none is slow."""

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from tests.edge.hostile_requests import REQUESTS as REFUSED_BY_THE_EDGE
from tests.edge.hostile_requests import wire_format
from tests.running_server import RunningServer

pytestmark = pytest.mark.xdist_group("server")

RAW = yaml.safe_load(Path(__file__).with_name("hostile_requests.yaml").read_text(encoding="utf-8"))
HOSTILE = [*REFUSED_BY_THE_EDGE, *RAW]
SLOW = 1.0
TRIES = 3
PATIENCE = 10


@pytest.fixture(scope="module")
def known(server: RunningServer) -> tuple[str, int]:
    """A token, and whose it is."""
    user = server.register("1999 000001")
    return server.sign_in("1999 000001"), user["id"]


def test_there_are_at_least_150_of_them_and_no_two_alike() -> None:
    assert len({hostile["name"] for hostile in HOSTILE}) == len(HOSTILE) >= 150


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile["name"])
def test_a_hostile_request_breaks_nothing(
    server: RunningServer, known: tuple[str, int], hostile: Mapping[str, Any]
) -> None:
    token, user_id = known
    request = written(hostile, token).replace(b"{id}", str(user_id).encode())

    # A machine that is busy with something else is slow by chance; what is slow each time is slow.
    answers = [answered(server, request, leaves=hostile["status"] == "none") for _ in range(TRIES)]

    assert {status for status, _ in answers} == {hostile["status"]}
    assert min(seconds for _, seconds in answers) < SLOW
    assert server.call("GET", "/users/current", token=token).json()["id"] == user_id


def written(hostile: Mapping[str, Any], token: str) -> bytes:
    if "raw" not in hostile:
        return wire_format(hostile, f"Authorization: Bearer {token}")
    raw = hostile["raw"]
    if not isinstance(raw, str):
        piece, times = raw["repeat"]
        raw = raw.get("before", "") + piece * times + raw.get("after", "")
    return bytes(raw.replace("{auth}", f"Authorization: Bearer {token}\r\n"), "latin-1")


def answered(server: RunningServer, request: bytes, *, leaves: bool) -> tuple[int | str, float]:
    """Return the status of the first answer, and how long it took."""
    address = urlsplit(server.address)
    began = time.perf_counter()
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as connection:
        first = exchanged(connection, request, leaves=leaves)
    status = int(first.split()[1]) if first else "none"
    return status, time.perf_counter() - began


def exchanged(connection: socket.socket, request: bytes, *, leaves: bool) -> bytes:
    try:
        connection.sendall(request)
        if leaves:
            connection.shutdown(socket.SHUT_WR)
    except (BrokenPipeError, ConnectionResetError):
        # It has heard enough, and answered before the end.
        pass
    return connection.recv(65536)
