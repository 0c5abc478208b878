"""`make` lists all that can be made, and the documents tell people to make nothing else."""

import re
import subprocess
from pathlib import Path

from tests.running_server import ROOT

_MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_OF_THE_SHELL = {"HOME", "LINENO", "PATH", "PWD", "RANDOM", "SECONDS", "SHELL", "UID", "USER"}


def listed() -> set[str]:
    """Return the targets that `make` lists."""
    printed = subprocess.run(["make", f"--directory={ROOT}"], capture_output=True, text=True, check=True).stdout  # noqa: S603, S607 - our own
    return set(re.findall(r"^ +make ([a-z-]+) +\S", printed, re.MULTILINE))


def test_every_target_is_listed_and_none_is_taken_for_a_file() -> None:
    targets = set(re.findall(r"^([a-z-]+):(?!=)", _MAKEFILE, re.MULTILINE))
    phony = set(re.findall(r"[a-z-]+", _MAKEFILE.partition(".PHONY:")[2].partition("\n\n")[0]))

    assert listed() == targets == phony


def test_what_the_documents_have_one_make_is_listed() -> None:
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents)
    named = set(re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z-]+)", text, re.MULTILINE))

    assert {"test", "check", "soak"} <= named
    assert named <= listed()


def refused(tmp_path: Path, venv: Path | str, python: str) -> str:
    """Return what `make` prints when it cannot make the environment `venv` with this script for a Python."""
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\n{python}\n")
    script.chmod(0o755)
    command = ["make", f"--directory={ROOT}", f"VENV={venv}", f"PYTHON={script}", f"{venv}/made.stamp"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode != 0
    return done.stdout


def test_a_checkout_that_cannot_be_written_to_is_told_so(tmp_path: Path) -> None:
    # Nobody can make a folder there, not even root.
    told = refused(tmp_path, "/proc/environment", "exit 0")

    assert "cannot write to /proc/environment" in told
    assert "make VENV=" in told
    assert "python3-venv" not in told


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    assert "python3-venv" in refused(tmp_path, tmp_path / "venv", 'case "$2" in *ensurepip*) exit 1;; esac')


def test_a_python_that_is_too_old_is_told_what_is_needed(tmp_path: Path) -> None:
    assert "Python 3.11" in refused(tmp_path, tmp_path / "venv", "exit 1")


def test_any_other_fault_is_not_taken_for_a_missing_package(tmp_path: Path) -> None:
    told = refused(tmp_path, tmp_path / "venv", 'case "$1" in -m) echo "No space left on device"; exit 1;; esac')

    assert "No space left on device" in told
    assert "could not make an environment" in told
    assert "python3-venv" not in told


def test_no_variable_is_one_that_the_shell_sets() -> None:
    assert _OF_THE_SHELL.isdisjoint(re.findall(r"\$\(?([A-Z_]+)", _MAKEFILE))
