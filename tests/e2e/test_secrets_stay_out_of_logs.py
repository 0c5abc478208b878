"""A canary's national ID, password, token and address, sent through every operation, appear in no log."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.running_server import RunningServer
from timetrack.entrypoints.http.contract.definitions import definitions

NUMBER = "081547"
PASSWORD = "canary-in-a-coal-mine"  # noqa: S105 - that is what is looked for
SPELLINGS = [f"4711{joint}{NUMBER}" for joint in (" ", "-", "")]


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_of_a_canary_is_logged(used_data_dir: Path, form: str) -> None:
    flags = ["--data-dir", str(used_data_dir), "--log-level", "debug", "--log-format", form, "--workers", "1"]
    with RunningServer(flags) as server:
        server.register("1234 000001")
        canary = server.register(SPELLINGS[0], PASSWORD)
        token = server.sign_in(SPELLINGS[1], PASSWORD)

        statuses = {status for request in requests(server, canary["id"]) for status in answers(server, request, token)}

    logs = server.output + (used_data_dir / "log").read_text(errors="replace")
    assert {200, 201, 204, 400, 401, 404, 409, 422} <= statuses
    assert "users.register" in logs
    assert "ready to accept connections" in logs
    for secret in (NUMBER, PASSWORD, token, canary["address"]):
        assert secret not in logs


def answers(server: RunningServer, request: Mapping[str, Any], token: str) -> Iterator[int]:
    """Send a request as it should be, twice, then in ways that are refused for the canary in it."""
    method, path, content = request["method"], request["path"], request["content"]
    key = {"Idempotency-Key": PASSWORD}
    yield server.call(method, path, token=token, headers=key, **content).status_code
    yield server.call(method, path, token=token, **content).status_code
    yield server.call(method, path, token=PASSWORD, **content).status_code
    yield server.call(method, f"{path}?{PASSWORD}={token}&national_id={SPELLINGS[2]}", token=token).status_code
    yield server.call(method, f"{path}/{PASSWORD}", token=token, json={PASSWORD: SPELLINGS}).status_code
    yield server.call(method, path, token=token, headers=key, data=f"{{{PASSWORD}{token}").status_code


def requests(server: RunningServer, user_id: int) -> list[dict[str, Any]]:
    """Return a request for each operation; what ends the token comes last."""
    found = [
        {
            "id": each.operation["operationId"],
            "method": each.method.upper(),
            "path": each.path.replace("{id}", str(user_id if "users" in each.path else 1)),
            "content": content(each.operation),
        }
        for each in definitions(server.call("GET", "/openapi.json").json())
    ]
    return sorted(found, key=lambda request: request["id"] in ("users.change_password", "users.erase"))


def content(operation: Mapping[str, Any]) -> dict[str, Any]:
    if "requestBody" not in operation:
        return {}
    media_type, media = next(iter(operation["requestBody"]["content"].items()))
    secrets = {
        "national_id": SPELLINGS[2],
        "username": SPELLINGS[1],
        "password": PASSWORD,
        "current_password": PASSWORD,
    }
    body = {name: secrets.get(name, value) for name, value in media["example"].items()}
    return {"data": body} if "form" in media_type else {"json": body}
