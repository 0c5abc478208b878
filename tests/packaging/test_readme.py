"""The README says only what is true: its session is run, its tables are compared with the contract and the code."""

import re
import subprocess
from pathlib import Path

from tests.running_server import ROOT, RunningServer
from timetrack.config import settings_table
from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions

_README = (ROOT / "README.md").read_text(encoding="utf-8")
# What differs from one run to the next: the clock, how long a timer has run by it, and request ids.
_OF_THE_RUN = re.compile(r'("(?:created_at|updated_at|start|end|request_id)":)"[^"]*"|("duration":)(?!5400)[0-9]+')


def part(name: str) -> str:
    """Return what stands between a pair of comments."""
    found = re.search(rf"<!-- {name}: [^\n]*-->\n(.*?)\n<!-- /{name} -->", _README, re.DOTALL)
    assert found, name
    return found[1]


def session() -> list[tuple[str, str]]:
    """Return the commands of the session, each with what it prints."""
    found = re.search(r"<!-- session: [^\n]*-->\n```console\n(.*?)```", _README, re.DOTALL)
    assert found
    steps = re.split(r"^\$ ", found[1], flags=re.MULTILINE)[1:]
    return [(command, printed) for command, _, printed in (step.partition("\n") for step in map(joined, steps))]


def joined(step: str) -> str:
    """Join the lines of a command that is continued."""
    return re.sub(r" \\\n +", " ", step)


def lasting(printed: str) -> str:
    """Return what every run prints."""
    return _OF_THE_RUN.sub(r"\1\2...", printed.strip())


def test_the_session_goes_as_it_is_shown(data_dir: Path) -> None:
    with RunningServer(["--demo", "--data-dir", str(data_dir), "--workers", "1"]) as server:
        for command, shown in session():
            real = command.replace("http://127.0.0.1:8000", server.address)

            printed = _run(real)

            assert lasting(printed) == lasting(shown), command


def test_the_table_of_the_api_is_that_of_the_contract() -> None:
    contract = read_contract(ROOT / "api" / "openapi.yaml")
    rows = [f"| `{each.method.upper()} {each.path}` | {each.operation['summary']} |" for each in definitions(contract)]

    assert part("api") == "\n".join(["| operation | does |", "|---|---|", *rows])


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert part("settings") == settings_table().strip()


def _run(command: str) -> str:
    # Our own README, which is to be run by a shell.
    return subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=True).stdout  # noqa: S603
