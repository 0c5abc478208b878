"""The wheel: built as a release is, installed where the sources are not, and complete there."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.postgres import Database
from tests.running_server import RunningServer
from timetrack.version import version

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["pyproject.toml", "README.md", "LICENSE", "api", "migrations", "timetrack"]


@dataclass(frozen=True)
class Installation:
    """An environment that holds the wheel, and an empty folder to run its programs from."""

    programs: Path
    folder: Path

    def run(self, program: str, *argv: str, environment: Mapping[str, str] | None = None) -> str:
        """Return what a program prints on stdout; it must succeed."""
        return run([str(self.programs / program), *argv], self.folder, environment)


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TIMETRACK_"))}
    done = subprocess.run(  # noqa: S603 - commands of this test
        command,
        cwd=folder,
        env=outside | dict(environment or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy, by way of the source distribution, as `python -m build` does."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        copy_source(ROOT / name, copy / name)
    run([sys.executable, "-m", "build", "--no-isolation"], copy)
    (built,) = (copy / "dist").glob("*.whl")
    return built


def copy_source(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Install the wheel alone; the packages that it depends on are those of the running environment."""
    environment = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", str(environment)], environment)
    pip = [sys.executable, "-m", "pip", "--python", str(environment), "--disable-pip-version-check"]
    run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], environment)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installation(environment / "bin", tmp_path_factory.mktemp("empty"))


def test_the_wheel_holds_every_module_and_every_resource(wheel: Path) -> None:
    needed = {*(ROOT / "timetrack").rglob("*.py"), *(ROOT / "timetrack").rglob("*.sql"), ROOT / "timetrack/py.typed"}
    resources = {*(ROOT / "api").glob("*.yaml"), *(ROOT / "migrations").glob("*.sql")}

    held = set(zipfile.ZipFile(wheel).namelist())

    assert {str(path.relative_to(ROOT)) for path in needed} - held == set()
    assert {f"timetrack/{path.relative_to(ROOT)}" for path in resources} - held == set()


def test_the_wheel_holds_nothing_beside_its_package(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert tops == {"timetrack", f"timetrack-{version()}.dist-info"}


def test_what_is_imported_comes_from_the_wheel(installation: Installation) -> None:
    where = installation.run("python", "-c", "import timetrack; print(timetrack.__file__)")

    assert Path(where).is_relative_to(installation.programs.parent)


def test_the_contract_and_the_migrations_are_found_in_the_wheel(installation: Installation) -> None:
    for folder, pattern in (("api", "*.yaml"), ("migrations", "*.sql")):
        code = f"from timetrack.resources import resource; print(*resource({folder!r}).glob({pattern!r}), sep='\\n')"

        found = [Path(line) for line in installation.run("python", "-c", code).split("\n") if line]

        assert {path.name for path in found} == {path.name for path in (ROOT / folder).glob(pattern)} != set()
        assert all(path.is_relative_to(installation.programs.parent) for path in found)


@pytest.mark.parametrize("program", ["timetrack-server", "timetrack-migrate", "timetrack-peopleinfo"])
def test_each_program_explains_itself(program: str, installation: Installation) -> None:
    printed = installation.run(program, "--help")

    assert printed.lower().startswith(f"usage: {program}")
    assert "--log-level" in printed


@pytest.mark.parametrize("program", ["timetrack-server", "timetrack-migrate"])
def test_each_program_knows_the_version_that_was_built(program: str, installation: Installation) -> None:
    assert installation.run(program, "--version") == f"{program} {version()}\n"


def test_the_wheel_migrates_and_serves_elsewhere(installation: Installation, bare_database: Database) -> None:
    url = {"TIMETRACK_DATABASE_URL": bare_database.owner_url}
    program = str(installation.programs / "timetrack-server")

    migrated = installation.run("timetrack-migrate", "apply", environment=url)
    with RunningServer(["--workers", "1"], environment=url, command=[program], folder=installation.folder) as server:
        user = server.register("1234 567890")
        signed_in = server.sign_in("1234 567890")

    assert "0001_create_core" in migrated
    assert user["surname"]
    assert signed_in


def test_the_wheel_serves_with_no_setting_at_all_but_the_place_of_its_data(
    installation: Installation, data_dir: Path
) -> None:
    program = str(installation.programs / "timetrack-server")

    with RunningServer(["--data-dir", str(data_dir)], command=[program], folder=installation.folder) as server:
        assert server.call("GET", "/ready").json() == {"status": "ready"}
