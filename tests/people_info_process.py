"""The program `timetrack-peopleinfo` as a process of its own, as it is started from a checkout."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LAUNCHER = Path(__file__).resolve().parent.parent / "cmd" / "peopleinfo.py"


@dataclass(frozen=True, kw_only=True)
class PeopleInfoProcess:
    """A process that serves at `url`."""

    process: subprocess.Popen[str]
    url: str


def command(*arguments: str) -> list[str]:
    """Return the command line of the program."""
    return [sys.executable, str(_LAUNCHER), *arguments]


@contextmanager
def people_info(*arguments: str) -> Iterator[PeopleInfoProcess]:
    """Serve on a free port inside the block."""
    line = command("--port", "0", *arguments)
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        try:
            assert process.stdout is not None
            said, _, url = process.stdout.readline().strip().rpartition(" ")
            assert said == "people-info on"
            yield PeopleInfoProcess(process=process, url=url)
        finally:
            process.terminate()
