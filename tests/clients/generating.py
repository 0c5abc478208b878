"""Running other people's generators over the contract."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.running_server import ROOT

CONTRACT = ROOT / "api" / "openapi.yaml"
BIN = Path(sys.executable).parent
OPENAPI_GENERATOR = BIN / "openapi-generator-cli"

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="openapi-generator needs a JRE")


def assert_succeeds(command: Sequence[str | Path], folder: Path) -> None:
    """Run a command in a folder, from which Python imports too; show what it has said if it fails."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    environment = {"PATH": path, "HOME": str(folder), "PYTHONPATH": str(folder), "MYPYPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert done.returncode == 0, done.stdout + done.stderr
