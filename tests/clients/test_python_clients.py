"""Python's generators: each reads the contract whole; what it makes has types and does a session on a real server."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_server import ROOT, RunningServer
from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions

CONTRACT = ROOT / "api" / "openapi.yaml"
SESSIONS = Path(__file__).with_name("sessions")
BIN = Path(sys.executable).parent
GENERATORS: dict[str, list[str | Path]] = {
    "openapi_python_client": [
        *(BIN / "openapi-python-client", "generate", "--fail-on-warning", "--meta", "none"),
        *("--path", CONTRACT, "--output-path", "timetrack_client"),
    ],
    "datamodel_code_generator": [
        *(sys.executable, "-m", "datamodel_code_generator", "--output-model-type", "pydantic_v2.BaseModel"),
        *("--input", CONTRACT, "--output", "timetrack_models.py"),
    ],
    "openapi_generator": [BIN / "openapi-generator-cli", "generate", "-g", "python", "-i", CONTRACT, "-o", "."],
}


needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="openapi-generator needs a JRE")


@pytest.fixture(
    params=[pytest.param(name, marks=[needs_java] if name == "openapi_generator" else []) for name in GENERATORS]
)
def generated(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """The name of a generator, and the folder into which it has generated."""
    run(GENERATORS[request.param], tmp_path)
    return request.param, tmp_path


def test_a_generated_client_has_types_and_does_a_session(
    server: RunningServer, national_id: str, generated: tuple[str, Path]
) -> None:
    name, folder = generated
    session = SESSIONS / f"{name}.py"

    run([sys.executable, "-m", "mypy", "--config-file", SESSIONS / "mypy.ini", session], folder)
    run([sys.executable, session, server.address, national_id], folder)


def test_no_operation_is_left_out(tmp_path: Path) -> None:
    run(GENERATORS["openapi_python_client"], tmp_path)

    operations = {each.operation["operationId"].replace(".", "_") for each in definitions(read_contract(CONTRACT))}
    assert operations <= {module.stem for module in tmp_path.rglob("*.py")}


def run(command: list[str | Path], folder: Path) -> None:
    path = os.pathsep.join([str(BIN), "/usr/bin", "/bin"])
    environment = {"PATH": path, "PYTHONPATH": str(folder), "MYPYPATH": str(folder), "HOME": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stdout + done.stderr
