"""What import-linter cannot say: the domain knows no package at all and has no word of HTTP, nothing lies beside the
known layers, and workers load nothing that they do not need.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import timetrack

ROOT = Path(timetrack.__file__).parent
KNOWN = {"adapters", "addresses", "config", "contracts", "domain", "entrypoints", "resources", "version", "waiting"}
WORDS_OF_HTTP = re.compile(
    r"HTTP|JSON|\b(?:pointer|header|status|etag|entity tag|if-match|url|media type|query (?:name|parameter))s?\b",
    re.IGNORECASE,
)
NOT_FOR_WORKERS = {"icalendar", "pydantic", "pydantic_settings", "rich", "xlsxwriter", "yoyo"}
WHAT_WORKERS_LOAD = """
import json, sys
from timetrack.entrypoints.server import worker
worker.load()
print(json.dumps([*sys.modules]))
"""


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


def test_the_domain_has_no_word_of_http() -> None:
    files = sorted((ROOT / "domain").rglob("*.py"))

    found = [f"{file.name}: {word}" for file in files for word in WORDS_OF_HTTP.findall(file.read_text("utf-8"))]

    assert found == []


def test_nothing_lies_beside_the_known_layers() -> None:
    modules = {file.stem for file in ROOT.glob("*.py")} | {file.parent.name for file in ROOT.glob("*/__init__.py")}

    assert modules - {"__init__"} == KNOWN


def test_workers_load_nothing_that_only_the_parent_or_a_rare_request_needs() -> None:
    command = [sys.executable, "-W", "ignore", "-c", WHAT_WORKERS_LOAD]

    loaded = subprocess.run(command, cwd=ROOT.parent, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own code

    modules = set(json.loads(loaded.stdout))
    assert "connexion" in modules
    assert modules & NOT_FOR_WORKERS == set()
