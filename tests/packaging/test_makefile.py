"""`make` lists all that can be made, and the documents tell people to make nothing else."""

import re
import subprocess

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


def test_no_variable_is_one_that_the_shell_sets() -> None:
    assert _OF_THE_SHELL.isdisjoint(re.findall(r"\$\(?([A-Z_]+)", _MAKEFILE))
