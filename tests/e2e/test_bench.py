"""The benchmark runs, in a form that takes seconds; its figures are not judged here, where others are at work."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running_server import ROOT

pytestmark = [pytest.mark.xdist_group("e2e"), pytest.mark.long]

# What wrk says, for a machine that has none: the requests are few, but they are answered.
STAND_IN = """\
#!{python}
import sys, urllib.request
for _ in range(20):
    urllib.request.urlopen(sys.argv[-1] + "/health").close()
print("50% 1.00ms\\n99% 2.00ms\\n20 requests in 1.00s, 1KB read\\nRequests/sec: 20.00")
"""

SHORT = [
    "--rounds",
    "1",
    "--seconds",
    "1",
    "--connections",
    "4",
    "--users",
    "128",
    "--tasks",
    "10",
    "--entries",
    "2000",
    "--starts",
    "1",
    "--even-if-busy",
]
FIGURES = re.compile(r"^\| (?:`GET /tasks/{id}`|) \| (.+?) \| (\d+) \| .* \| 0\.00% \|$", re.MULTILINE)

WORKERS = re.compile(r"^\| [12] \| [\d.]+ \| [\d.]+ \| 80 \| [\d.]+ \| [\d.]+ \|$", re.MULTILINE)
STARTS = re.compile(r"^\| `timetrack-server --demo` .* \| [\d.]+ \([\d.]+ to [\d.]+\) \| 1\.5 \|$", re.MULTILINE)


def run_bench(*options: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bench", *options],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def with_load_generator(folder: Path) -> str:
    """Return a PATH on which wrk is."""
    path = os.environ["PATH"]
    if shutil.which("wrk"):
        return path
    stand_in = folder / "wrk"
    stand_in.write_text(STAND_IN.format(python=sys.executable), encoding="utf-8")
    stand_in.chmod(0o755)
    return f"{folder}:{path}"


def test_without_the_load_generator_it_says_what_to_install(tmp_path: Path) -> None:
    done = run_bench(*SHORT, path=str(tmp_path))

    assert done.returncode == 2
    assert "apt-get install -y wrk" in done.stderr
    assert "Traceback" not in done.stderr


def test_its_figures_are_written_between_the_marks_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures: of old -->\nold\n<!-- /figures -->\nafter\n", encoding="utf-8")

    done = run_bench(
        *SHORT,
        "--operations",
        "get",
        "--contenders",
        "compiled",
        "--page",
        str(page),
        path=with_load_generator(tmp_path),
    )

    written = page.read_text(encoding="utf-8")
    served_by = [title for title, _ in FIGURES.findall(written)]
    assert done.returncode == 0, done.stderr
    assert served_by == ["TimeTrack", "pgbench, the same SQL"]
    assert len(WORKERS.findall(written)) == 2
    assert STARTS.search(written)
    assert "old" not in written.replace("of old", "")
    assert (written[:7], written[-6:]) == ("before\n", "after\n")
