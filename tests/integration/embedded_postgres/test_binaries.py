"""Which programs the embedded PostgreSQL consists of."""

import importlib.util
import sys
from pathlib import Path

import pytest

from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgresError,
    binaries,
    find_binaries,
)


def test_given_programs_come_before_the_wheels(tmp_path: Path) -> None:
    given = installation(tmp_path / "given")

    assert find_binaries(given) == given


def test_a_given_folder_without_programs_is_never_passed_over(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match=f"initdb, postgres.* in {tmp_path}$"):
        find_binaries(tmp_path)


def test_the_wheels_programs_come_before_the_systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installation(tmp_path / "99" / "bin")
    monkeypatch.setattr(binaries, "_SYSTEM", tmp_path)

    assert "embedded_postgres" in find_binaries().parts
    assert "embedded_postgres" not in sys.modules


def test_without_the_wheel_the_systems_newest_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(binaries, "_SYSTEM", tmp_path)
    with pytest.raises(EmbeddedPostgresError, match="no PostgreSQL programs"):
        find_binaries()

    for version in ("9", "18", "15", "common"):
        installation(tmp_path / version / "bin")

    assert find_binaries() == tmp_path / "18" / "bin"


def installation(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (folder / name).touch()
    return folder
