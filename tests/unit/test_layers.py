"""What import-linter cannot say: the domain knows no package at all, and nothing lies beside the known layers."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import timetrack

ROOT = Path(timetrack.__file__).parent
KNOWN = {"adapters", "bootstrap", "config", "contracts", "domain", "entrypoints", "resources", "version"}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "a relative import"


def foreign(module: str) -> bool:
    ours = module == "timetrack.domain" or module.startswith("timetrack.domain.")
    return not ours and module.partition(".")[0] not in sys.stdlib_module_names


def test_the_domain_imports_the_standard_library_and_itself() -> None:
    files = sorted((ROOT / "domain").rglob("*.py"))

    strangers = [f"{file.name}: {module}" for file in files for module in imported(file) if foreign(module)]

    assert len(files) > 20
    assert strangers == []


def test_nothing_lies_beside_the_known_layers() -> None:
    modules = {file.stem for file in ROOT.glob("*.py")} | {file.parent.name for file in ROOT.glob("*/__init__.py")}

    assert modules - {"__init__"} == KNOWN
