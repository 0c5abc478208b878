"""`make structure`: what it reads off the text of a checkout."""

from pathlib import Path

from tools.measure_structure import ROOT, arrows, circle, exceptions, figures, lines_of_functions, modules, table

_FUNCTIONS = '''
@decorated
def three_lines(
    argument: int,
) -> None:
    """Say something.

    And more.
    """


class Thing:
    async def two_lines(self) -> None:
        return None
'''


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_a_function_is_measured_without_docstring_and_decorators(tmp_path: Path) -> None:
    module = write(tmp_path, {"module.py": _FUNCTIONS}) / "module.py"

    assert sorted(lines_of_functions([module])) == [2, 3]


def test_what_is_generated_is_left_out(tmp_path: Path) -> None:
    tree = write(tmp_path, {"a/one.py": "", "a/two_generated.py": "", "three.py": "", "four.txt": ""})

    assert [path.name for path in modules(tree)] == ["one.py", "three.py"]


def test_exceptions_are_comments_and_not_words_in_strings(tmp_path: Path) -> None:
    text = "a = 1  # noqa: A001\nb = 2  # type: ignore[misc]  # noqa: A002\nc = '# noqa'\n\n"
    module = write(tmp_path, {"module.py": text}) / "module.py"

    assert exceptions([module]) == 3 / 4 * 1000


def test_arrows_lead_from_room_to_room_and_to_modules_beside_them(tmp_path: Path) -> None:
    http = "timetrack.entrypoints.http"
    tree = write(
        tmp_path / "timetrack" / "entrypoints" / "http",
        {
            "__init__.py": "",
            "app.py": f"from {http}.edge.guard import Guard\nimport {http}.stock.resolver\nimport {http}.nowhere\n",
            "edge/__init__.py": "",
            "edge/guard.py": f"from {http}.edge import limits\nfrom timetrack.domain import errors\n",
            "edge/limits.py": "import re\n",
            "stock/resolver.py": f"def load():\n    from {http} import app\n",
        },
    )

    found = arrows(tree.parents[2])

    assert found == {"app": {"edge", "stock"}, "edge": set(), "stock": {"app"}}
    assert circle(found) in {"app > stock > app", "stock > app > stock"}
    assert circle({"app": {"edge"}, "edge": set()}) == "none"


def test_this_checkout_has_all_figures_in_a_table() -> None:
    printed = table({"before": figures(ROOT), "after": figures(ROOT)})

    head, _, *rows = printed.splitlines()
    assert head == "| figure | before | after |"
    assert all(len(row.split(" | ")) == 3 for row in rows)
