"""Demo mode: the original program's simple scheme, and never by accident."""

import pytest

from tests.postgres import Database
from tests.running_server import RunningServer
from timetrack.entrypoints.http.contract.operations_generated import API_VERSION
from timetrack.version import version

pytestmark = pytest.mark.xdist_group("server")


def test_in_demo_mode_the_national_id_is_the_password_and_the_user_id_the_token(fresh_database: Database) -> None:
    with RunningServer(["--database-url", fresh_database.application_url, "--demo", "--workers", "1"]) as server:
        registered = server.call("POST", "/users", json={"national_id": "1234 567890"})
        user = registered.json()
        token = server.sign_in("1234 567890", "1234-567890")
        current = server.call("GET", "/users/current", token=token)
        health = server.call("GET", "/health")

        assert registered.status_code == 201
        assert token == str(user["id"])
        assert current.json()["id"] == user["id"]
        assert health.json() == {"status": "ok", "demo": True, "version": version(), "api_version": API_VERSION}
        assert "DEMO MODE" in server.output


def test_without_the_flag_a_user_id_is_no_token(server: RunningServer, national_id: str) -> None:
    user = server.register(national_id)

    response = server.call("GET", "/users/current", token=str(user["id"]))

    assert response.status_code == 401
    assert server.call("GET", "/health").json()["demo"] is False


@pytest.mark.parametrize("body", [{}, {"password": None}])
def test_without_the_flag_a_registration_needs_a_password(
    server: RunningServer, national_id: str, body: dict[str, None]
) -> None:
    response = server.call("POST", "/users", json={"national_id": national_id, **body})

    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert response.json()["errors"] == [{"in": "body", "pointer": "/password", "message": "is required"}]
