"""Schemathesis against a real server: every operation, all of its checks and phases, signed in and not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.running_server import ROOT, RunningServer

pytestmark = pytest.mark.xdist_group("fuzzing")

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
SEED = "1"
SIGNED_IN = {"SCHEMATHESIS_HOOKS": "tests.e2e.fuzzing_hooks", "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(("environment", "examples"), [(SIGNED_IN, 15), ({}, 5)], ids=["signed in", "not"])
def test_nothing_that_is_sent_leads_off_the_contract(
    data_dir: Path, tmp_path: Path, environment: dict[str, str], examples: int
) -> None:
    with RunningServer(["--data-dir", str(data_dir)]) as server:
        server.register("1234 000001")  # the first user is the admin, which the fuzzer's are not to be
        operations = number_of_operations(server)

        run = fuzz(server, environment, examples, tmp_path)

    assert run.returncode == 0, run.stdout
    assert f"Tested: {operations}" in run.stdout
    assert "Stateful" in run.stdout
    assert "Traceback" not in server.output


def number_of_operations(server: RunningServer) -> int:
    paths = server.call("GET", "/openapi.json").json()["paths"]
    return sum(name != "parameters" for item in paths.values() for name in item)


def fuzz(
    server: RunningServer, environment: dict[str, str], examples: int, folder: Path
) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
    line += ["run", f"{server.address}/openapi.json", "--checks", "all", "--seed", SEED]
    line += ["--max-examples", str(examples)]
    return subprocess.run(  # noqa: S603 - our own words
        line,
        cwd=folder,  # where it leaves its files
        env={**os.environ, "TIMETRACK_TEST_ADDRESS": server.address, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
