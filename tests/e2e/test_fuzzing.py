"""Schemathesis against a real server: every operation, all of its checks, signed in and not."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Databases
from tests.running_server import ROOT, RunningServer
from timetrack.entrypoints.http.contract.definitions import definitions

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
SEED = "1"
SIGNED_IN = {"SCHEMATHESIS_HOOKS": "tests.e2e.fuzzing_hooks", "PYTHONPATH": str(ROOT)}


ALL_PHASES = "examples,coverage,fuzzing,stateful"
# Most of the time goes into the phase of coverage: some two thousand requests that are wrong in one way each.
SHORT_OF_COVERAGE = "examples,fuzzing,stateful"


@pytest.fixture(scope="module")
def fuzzed(databases: Databases) -> Iterator[RunningServer]:
    with RunningServer(["--database-url", databases.migrated().application_url]) as server:
        server.register("1234 000001")  # the first user is the admin, which the fuzzer's are not to be
        yield server


@pytest.mark.parametrize(
    ("environment", "phases", "examples"),
    [
        pytest.param(SIGNED_IN, SHORT_OF_COVERAGE, 3, id="signed in"),
        pytest.param({}, SHORT_OF_COVERAGE, 1, id="not"),
        pytest.param(SIGNED_IN, ALL_PHASES, 15, id="signed in, all phases", marks=pytest.mark.long),
        pytest.param({}, ALL_PHASES, 5, id="not, all phases", marks=pytest.mark.long),
    ],
)
def test_nothing_that_is_sent_leads_off_the_contract(
    fuzzed: RunningServer, tmp_path: Path, environment: dict[str, str], phases: str, examples: int
) -> None:
    run = fuzz(fuzzed, environment, tmp_path, "--phases", phases, "--max-examples", str(examples))

    assert run.returncode == 0, run.stdout
    assert f"Tested: {number_of_operations(fuzzed)}" in run.stdout
    assert "Stateful" in run.stdout
    assert "Traceback" not in fuzzed.output


def number_of_operations(server: RunningServer) -> int:
    return len(list(definitions(server.call("GET", "/openapi.json").json())))


def fuzz(
    server: RunningServer, environment: dict[str, str], folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
    line += ["run", f"{server.address}/openapi.json", "--checks", "all", "--seed", SEED, *options]
    return subprocess.run(  # noqa: S603 - our own words
        line,
        cwd=folder,  # where it leaves its files
        env={**os.environ, "TIMETRACK_TEST_ADDRESS": server.address, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
