"""Python's generators: each reads the contract whole; what it makes has types and does a session on a real server."""

import sys
from pathlib import Path

import pytest

from tests.clients.generating import BIN, CONTRACT, OPENAPI_GENERATOR, assert_succeeds, needs_java
from tests.running_server import RunningServer
from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions

SESSIONS = Path(__file__).with_name("sessions")
GENERATORS: dict[str, list[str | Path]] = {
    "openapi_python_client": [
        *(BIN / "openapi-python-client", "generate", "--fail-on-warning", "--meta", "none"),
        *("--path", CONTRACT, "--output-path", "timetrack_client"),
    ],
    "datamodel_code_generator": [
        *(sys.executable, "-m", "datamodel_code_generator", "--output-model-type", "pydantic_v2.BaseModel"),
        *("--input", CONTRACT, "--output", "timetrack_models.py"),
    ],
    "openapi_generator": [OPENAPI_GENERATOR, "generate", "-g", "python", "-i", CONTRACT, "-o", "."],
}


@pytest.fixture(
    params=[pytest.param(name, marks=[needs_java] if name == "openapi_generator" else []) for name in GENERATORS]
)
def generated(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """The name of a generator, and the folder into which it has generated."""
    assert_succeeds(GENERATORS[request.param], tmp_path)
    return request.param, tmp_path


def test_a_generated_client_has_types_and_does_a_session(
    server: RunningServer, national_id: str, generated: tuple[str, Path]
) -> None:
    name, folder = generated
    session = SESSIONS / f"{name}.py"

    assert_succeeds([sys.executable, "-m", "mypy", "--config-file", SESSIONS / "mypy.ini", session], folder)
    assert_succeeds([sys.executable, session, server.address, national_id], folder)


def test_no_operation_is_left_out(tmp_path: Path) -> None:
    assert_succeeds(GENERATORS["openapi_python_client"], tmp_path)

    operations = {each.operation["operationId"].replace(".", "_") for each in definitions(read_contract(CONTRACT))}
    assert operations <= {module.stem for module in tmp_path.rglob("*.py")}
