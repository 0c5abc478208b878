"""docs/architecture.md draws the arrows that the code has, and documents name files and folders that are there."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.running_server import ROOT
from tools.measure_structure import arrows

_DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
_NAME = re.compile(r"`([\w./-]+(?:/|\.(?:md|py|sql|toml|yaml)))`")
# CONTRIBUTING walks through a resource that is made up.
_MADE_UP = {"holidays": "tasks", "0010_create_tasks": "0001_create_core"}

# What nobody is to write, and what a run leaves behind.
_NOT_KEPT = {"utils.py", "build/fault-run.md"}


def there() -> set[str]:
    """Return the files of the repository, and its folders with a slash behind them."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607 - on every PATH
    files = [Path(line) for line in listed.splitlines()]
    return {str(file) for file in files} | {f"{folder}/" for file in files for folder in file.parents}


def named(text: str) -> set[str]:
    """Return the files and folders that a text names, as far down as it says."""
    for made_up, real in _MADE_UP.items():
        text = text.replace(made_up, real)
    return set(_NAME.findall(text)) - _NOT_KEPT


def test_the_arrows_on_the_page_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` .*\|(.*)\|$", page.partition("<!-- arrows -->")[2], re.MULTILINE)

    assert {room: set(re.findall(r"`(\w+)`", imports)) for room, imports in rows} == arrows(ROOT)


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_what_is_there(document: Path) -> None:
    everything = there()

    missing = [
        name
        for name in named(document.read_text(encoding="utf-8"))
        if not any(f"/{each}".endswith(f"/{name.removeprefix('../')}") for each in everything)
    ]

    assert missing == []


def test_names_of_files_and_folders_are_found() -> None:
    assert named("see `a/b.py`, `c/` and `make d`; `http/holidays.py`") == {"a/b.py", "c/", "http/tasks.py"}
