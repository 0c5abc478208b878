"""Measures how easily one finds one's way in the code of a checkout, or of several side by side.

Files in a folder, rooms and arrows of `entrypoints/http`, lines of functions, exceptions from lint and types, and the
calls that one request takes. `make structure` prints them, and docs/architecture.md has those of two commits.
What is generated from the contract is left out.
"""

import argparse
import ast
import re
import subprocess
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

from tools.count_calls import calls_of_a_start

ROOT = Path(__file__).resolve().parent.parent

_HTTP = "timetrack.entrypoints.http"
_ALL = ("timetrack", "tests", "tools", "bench", "cmd")
_EXCEPTIONS = ("# noqa", "# type: ignore")
_PLACE = re.compile(r"(<!-- figures: [^\n]*-->\n).*?(<!-- /figures -->)", re.DOTALL)

Figures = dict[str, str]


def main() -> None:
    """Print a table with a column for each checkout, and write it down where that is wanted."""
    parser = argparse.ArgumentParser(prog="python -m tools.measure_structure", description=__doc__)
    parser.add_argument("trees", nargs="*", type=Path, default=[ROOT], help="the checkouts; this one by default")
    parser.add_argument("--page", type=Path, help="a document that has a place for the table")
    wanted = parser.parse_args()
    trees = [tree.resolve() for tree in wanted.trees]
    measured = table({commit_of(tree): {**figures(tree), **figures_of_a_start(tree)} for tree in trees})
    print(measured)
    if wanted.page:
        wanted.page.write_text(_PLACE.sub(lambda found: f"{found[1]}{measured}\n{found[2]}", wanted.page.read_text()))


def commit_of(tree: Path) -> str:
    """Return the commit that a checkout is of."""
    command = ["git", "-C", str(tree), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603 - our own words


def figures(tree: Path) -> Figures:
    """Return what can be told from the text of the code."""
    program = list(modules(tree / "timetrack"))
    folders = Counter(str(module.parent.relative_to(tree / "timetrack")) for module in program)
    lines = sorted(lines_of_functions(program))
    rooms = arrows(tree)
    return {
        "modules in one folder, the most": ", ".join(f"{name} {count}" for name, count in folders.most_common(3)),
        "rooms of `http`, and modules that lie beside them": str(len(rooms)),
        "arrows among them": str(sum(map(len, rooms.values()))),
        "a circle of arrows": circle(rooms),
        "functions": str(len(lines)),
        "lines of a function: median, nine in ten under, longest": (
            f"{median(lines):.0f}, {quantiles(lines, n=10)[-1]:.0f}, {lines[-1]}"
        ),
        "exceptions from lint and types per 1,000 lines of the program": f"{exceptions(program):.1f}",
        "the same with tests and tools": f"{exceptions(every for part in _ALL for every in modules(tree / part)):.1f}",
    }


def figures_of_a_start(tree: Path) -> Figures:
    """Return what one request takes."""
    calls = calls_of_a_start(tree)
    return {
        "calls of our functions for one `POST /tasks/{id}/start`": str(len(calls)),
        "functions that are called": str(len({(call.file, call.function) for call in calls})),
        "modules that they are in": str(len({call.file for call in calls})),
    }


def table(columns: Mapping[str, Figures]) -> str:
    """Return the figures in Markdown, a column for each checkout."""
    rows = [["figure", *columns], ["---"] * (len(columns) + 1)]
    names = next(iter(columns.values()))
    rows += [[name, *(column[name] for column in columns.values())] for name in names]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def modules(folder: Path) -> Iterator[Path]:
    """Return the modules below a folder that are written by hand."""
    return (path for path in sorted(folder.rglob("*.py")) if not path.stem.endswith("_generated"))


def lines_of_functions(paths: Iterable[Path]) -> Iterator[int]:
    """Return how many lines each function has, without its docstring and decorators."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = node.body[0] if ast.get_docstring(node) is not None else None
                yield _lines(node) - (_lines(docstring) if docstring else 0)


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def exceptions(paths: Iterable[Path]) -> float:
    """Return how many comments for each 1,000 lines ask a checker to look away."""
    lines = found = 0
    for path in paths:
        lines += len(path.read_text().splitlines())
        with tokenize.open(path) as text:
            comments = [
                each.string for each in tokenize.generate_tokens(text.readline) if each.type == tokenize.COMMENT
            ]
        found += sum(comment.count(mark) for comment in comments for mark in _EXCEPTIONS)
    return found / lines * 1000


def arrows(tree: Path) -> dict[str, set[str]]:
    """Return for each room of `http`, and each module that lies beside them, which of the others it imports."""
    folder = tree.joinpath(*_HTTP.split("."))
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        room = path.relative_to(folder).parts[0].removesuffix(".py")
        if room != "__init__":
            found.setdefault(room, set()).update(_rooms(path) - {room})
    return {room: imported & found.keys() for room, imported in found.items()}


def _rooms(path: Path) -> set[str]:
    names = (name.split(".") for name in _imported(path) if name.startswith(f"{_HTTP}."))
    return {parts[3] for parts in names}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def circle(imports: Mapping[str, set[str]]) -> str:
    """Return one circle of imports, or that there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return " > ".join(error.args[1])
    return "none"


if __name__ == "__main__":
    main()
