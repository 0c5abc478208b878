"""`/ready` says what keeps the server from serving."""

import pytest

from tests.running_server import ROOT
from timetrack.contracts import read_contract
from timetrack.domain.errors import NotReadyError, Obstacle
from timetrack.entrypoints.http.handlers.health import HealthHandlers
from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.messages.problems import problem

CALL = Call(operation_id="health.ready", path="/ready", query="", headers={}, request_id="r")
CONTRACT = (ROOT / "api" / "openapi.yaml").read_text(encoding="utf-8")


def test_who_asks_whether_it_is_alive_learns_the_versions() -> None:
    alive = HealthHandlers(version="1.2.3", demo=False, obstacle=lambda: None).alive(CALL)

    api_version = read_contract(ROOT / "api" / "openapi.yaml")["info"]["version"]
    assert alive.body == {"status": "ok", "demo": False, "version": "1.2.3", "api_version": api_version}


def test_without_an_obstacle_the_server_is_ready() -> None:
    assert HealthHandlers(version="1", demo=False, obstacle=lambda: None).ready(CALL).body == {"status": "ready"}


@pytest.mark.parametrize("obstacle", Obstacle)
def test_the_problem_tells_the_obstacle_by_a_name_that_the_contract_knows(obstacle: Obstacle) -> None:
    with pytest.raises(NotReadyError) as refused:
        HealthHandlers(version="1", demo=False, obstacle=lambda: obstacle).ready(CALL)

    told = problem(refused.value, request_id="r")
    assert (told.status, told.body and told.body["reason"]) == (503, obstacle.value)
    assert f"`{obstacle.value}`" in CONTRACT
