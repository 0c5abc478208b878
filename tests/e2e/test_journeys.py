"""What people come for, over a real socket to real processes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from oauthlib.oauth2 import LegacyApplicationClient
from requests import Response
from requests_oauthlib import OAuth2Session

from tests.running_server import PASSWORD, RunningServer

pytestmark = pytest.mark.xdist_group("server")


def test_a_registered_user_has_the_name_and_address_that_people_info_knows(
    server: RunningServer, national_id: str
) -> None:
    user = server.register(national_id.replace(" ", "-"))

    assert user["national_id"] == national_id
    assert user["profile"] == "complete"
    assert user["surname"]
    assert user["name"]
    assert user["address"]


def test_a_user_tracks_time_and_sees_where_it_went(server: RunningServer, token: str) -> None:
    me = server.call("GET", "/users/current", token=token).json()["id"]
    task = server.create_task(token, "Write the report")
    an_hour_ago = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)

    started = server.call("POST", f"/tasks/{task}/start", token=token, json={"start": an_hour_ago.isoformat()})
    end = an_hour_ago + timedelta(minutes=45)
    stopped = server.call("POST", f"/tasks/{task}/stop", token=token, json={"end": end.isoformat()})
    whole_day = {"from": (an_hour_ago - timedelta(days=1)).isoformat(), "to": datetime.now(UTC).isoformat()}
    report = server.call("POST", f"/users/{me}/report", token=token, json=whole_day).json()

    assert (started.status_code, stopped.status_code) == (201, 200)
    assert stopped.json()["duration"] == 2700
    assert report["total"] == {"hours": 0, "minutes": 45, "seconds": 0, "total_seconds": 2700}
    assert [(row["task"]["id"], row["entries"]) for row in report["rows"]] == [(task, 1)]


def test_lists_are_filtered_and_paged(server: RunningServer, token: str) -> None:
    wanted = [server.create_task(token, f"paged 100%_{number}") for number in range(5)]
    server.create_task(token, "paged 100 of another kind")

    first = server.call("GET", "/tasks", token=token, params={"description": "PAGED 100%_", "limit": 2})
    found = [task["id"] for task in first.json()["items"]]
    page = first
    while page.links:
        page = server.call("GET", page.links["next"]["url"], token=token)
        found += [task["id"] for task in page.json()["items"]]

    assert len(first.json()["items"]) == 2
    assert found == wanted
    assert page.json()["next_cursor"] is None


def test_an_oauth_client_of_others_signs_in(
    server: RunningServer, national_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library insists on HTTPS, which is the business of the proxy in front.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    user = server.register(national_id)

    with OAuth2Session(client=LegacyApplicationClient(client_id="")) as session:
        session.fetch_token(f"{server.address}/auth", username=national_id, password=PASSWORD)
        current = session.get(f"{server.address}/users/current", timeout=30)

    assert current.json()["id"] == user["id"]


def test_an_oauth_client_of_others_is_told_why_it_may_not_sign_in(server: RunningServer, national_id: str) -> None:
    server.register(national_id)

    response = server.call(
        "POST", "/auth", data={"grant_type": "password", "username": national_id, "password": "a wrong one"}
    )

    assert response.status_code == 400
    assert response.json()["error"] == "invalid_grant"
    assert response.headers["Cache-Control"] == "no-store"


def test_of_16_that_start_the_same_timer_at_once_one_wins(server: RunningServer, token: str) -> None:
    task = server.create_task(token)

    responses = _at_once(16, lambda _: server.call("POST", f"/tasks/{task}/start", token=token))

    won = [response.json()["id"] for response in responses if response.status_code == 201]
    lost = [response.json() for response in responses if response.status_code == 409]
    assert len(won) == 1
    assert len(lost) == 15
    assert {(problem["code"], problem["time_entry_id"]) for problem in lost} == {("timer_already_running", won[0])}


def test_of_16_that_switch_at_once_all_win_and_one_timer_runs(server: RunningServer, token: str) -> None:
    tasks = [server.create_task(token, f"task {number}") for number in range(4)]

    responses = _at_once(
        16, lambda turn: server.call("POST", f"/tasks/{tasks[turn % 4]}/start", token=token, json={"switch": True})
    )
    stops = [server.call("POST", f"/tasks/{task}/stop", token=token).status_code for task in tasks]

    assert [response.status_code for response in responses] == [201] * 16
    assert sorted(stops) == [200, 409, 409, 409]


def test_a_repeated_request_gets_the_first_answer_byte_for_byte(server: RunningServer, token: str) -> None:
    key = {"Idempotency-Key": "the-same"}

    first = server.call("POST", "/tasks", token=token, json={"description": "once"}, headers=key)
    again = server.call("POST", "/tasks", token=token, json={"description": "once"}, headers=key)
    other = server.call("POST", "/tasks", token=token, json={"description": "twice"}, headers=key)

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_contract_and_its_documentation_are_served(server: RunningServer) -> None:
    contract = server.call("GET", "/openapi.json")
    documentation = server.call("GET", "/ui")

    assert contract.json()["paths"]["/tasks/{id}/start"]["post"]["operationId"] == "tracking.start"
    assert "swagger-ui" in documentation.text


def _at_once(number: int, call: Callable[[int], Response]) -> list[Response]:
    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(call, range(number)))
