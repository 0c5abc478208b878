"""Tokens and passwords over real processes: what ends, and what is limited."""

import pytest

from tests.postgres import Database
from tests.running_server import PASSWORD, RunningServer
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import open_storage
from timetrack.domain.model.access.sign_ins import sign_in_limits

pytestmark = pytest.mark.xdist_group("server")


def status(server: RunningServer, token: str) -> int:
    return server.call("GET", "/users/current", token=token).status_code


def sign_in(server: RunningServer, national_id: str, password: str) -> int:
    form = {"grant_type": "password", "username": national_id, "password": password}
    return server.call("POST", "/auth", data=form).status_code


def test_a_revoked_token_is_dead_on_every_worker_and_to_revoke_it_again_is_fine(
    server: RunningServer, token: str
) -> None:
    revoked = [server.call("POST", "/auth/revoke", data={"token": token}) for _ in range(2)]

    assert [(each.status_code, each.content) for each in revoked] == [(200, b"")] * 2
    assert {status(server, token) for _ in range(8)} == {401}


def test_a_new_password_ends_every_token(server: RunningServer, national_id: str, token: str) -> None:
    another = server.sign_in(national_id)
    change = {"current_password": PASSWORD, "new_password": "another horse"}

    changed = server.call("PUT", "/users/current/password", token=token, json=change)

    assert (changed.status_code, changed.content) == (204, b"")
    assert [status(server, each) for each in (token, another)] == [401, 401]
    assert [sign_in(server, national_id, each) for each in (PASSWORD, "another horse")] == [400, 200]


def test_a_wrong_current_password_is_refused_and_named(server: RunningServer, token: str) -> None:
    change = {"current_password": "a wrong one", "new_password": "another horse"}

    refused = server.call("PUT", "/users/current/password", token=token, json=change)

    assert (refused.status_code, refused.json()["code"]) == (422, "current_password_wrong")
    assert refused.json()["errors"][0]["pointer"] == "/current_password"
    assert status(server, token) == 200


def test_guesses_are_limited_over_all_workers(server: RunningServer, national_id: str) -> None:
    server.register(national_id)
    assert {sign_in(server, national_id, "a wrong one") for _ in range(10)} == {400}

    form = {"grant_type": "password", "username": national_id, "password": PASSWORD}
    limited = server.call("POST", "/auth", data=form)

    assert (limited.status_code, limited.json()["error"]) == (429, "temporarily_unavailable")
    assert 1 <= int(limited.headers["Retry-After"]) <= 90
    assert national_id not in limited.text


@pytest.mark.parametrize("failed_before", [95, pytest.param(0, marks=pytest.mark.long)])
def test_behind_a_proxy_that_is_trusted_each_client_is_limited_apart(
    fresh_database: Database, failed_before: int
) -> None:
    fail(fresh_database, failed_before, "192.0.2.1")
    flags = ["--database-url", fresh_database.application_url, "--trusted-proxies", "127.0.0.0/8", "--workers", "1"]
    with RunningServer(flags) as server:
        # A failure is forgiven every few seconds, so on a slow machine the limit comes some guesses later.
        attack = [guess(server, f"9999 {number:06}", "192.0.2.1") for number in range(140 - failed_before)]
        further = [guess(server, f"9998 {number:06}", "192.0.2.2, 192.0.2.1") for number in range(20)]

        room = 100 - failed_before
        assert attack[:room] == [400] * room
        assert 429 in attack[room:]
        assert 429 in further
        assert guess(server, "9999 999999", "192.0.2.2") == 400


def fail(database: Database, times: int, address: str) -> None:
    """Have sign-ins from an address fail that a server would hash a password for, one by one."""
    _, of_the_address = sign_in_limits("1234 000000", address)
    with open_storage(database.application_url, PoolLimits(size=1)) as storage:
        for _ in range(times):
            storage.failed_sign_ins.add([of_the_address])


def guess(server: RunningServer, national_id: str, forwarded_for: str) -> int:
    form = {"grant_type": "password", "username": national_id, "password": "a wrong one"}
    return server.call("POST", "/auth", data=form, headers={"X-Forwarded-For": forwarded_for}).status_code


def test_a_server_with_closed_registration_lets_in_its_first_user_and_whom_an_admin_registers(
    fresh_database: Database,
) -> None:
    with RunningServer(
        ["--database-url", fresh_database.application_url, "--registration", "closed", "--workers", "1"]
    ) as server:
        first = server.register("1234 000001")
        token = server.sign_in("1234 000001")
        registration = {"national_id": "1234 000002", "password": PASSWORD}

        stranger = server.call("POST", "/users", json=registration)
        bad = server.call("POST", "/users", token="tt_bad", json=registration)  # noqa: S106 - it is none
        admin = server.call("POST", "/users", token=token, json=registration)
        member = server.call("POST", "/users", token=server.sign_in("1234 000002"), json=registration)

    assert first["role"] == "admin"
    assert [each.status_code for each in (stranger, bad, admin, member)] == [401, 401, 201, 403]
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
