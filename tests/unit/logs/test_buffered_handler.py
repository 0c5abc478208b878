"""Log lines that are gathered: none is lost, and what matters does not wait."""

import errno
import io
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.processes import eventually
from timetrack.entrypoints.logs.buffered_handler import MOST_LINES, BufferedHandler
from timetrack.resources import IMPORT_ROOT

PROGRAM = """
import logging
from timetrack.entrypoints.logs.configuration import configure_logging

configure_logging("info", "text", gathering=True)
for number in range(1000):
    logging.getLogger("timetrack.test").info("event", extra={"number": number})
"""


class Stream(io.StringIO):
    """Counts the writes; a full one takes nothing."""

    is_full = False
    writes = 0
    failures = 0

    def write(self, text: str) -> int:
        if self.is_full:
            self.failures += 1
            raise OSError(errno.ENOSPC, "no space left")
        self.writes += 1
        return super().write(text)


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
def handler(stream: Stream) -> Iterator[BufferedHandler]:
    handler = BufferedHandler()
    handler.setStream(stream)
    yield handler
    handler.close()


@pytest.fixture
def log(handler: BufferedHandler) -> Callable[..., None]:
    def log(text: str, level: int = logging.INFO) -> None:
        handler.handle(logging.LogRecord("name", level, __file__, 1, text, (), None))

    return log


def test_a_line_comes_a_moment_later(log: Callable[..., None], stream: Stream) -> None:
    log("soon")

    eventually(lambda: stream.getvalue() == "soon\n", "the line")  # asserts that it came


def test_a_warning_comes_at_once_behind_what_was_before_it(log: Callable[..., None], stream: Stream) -> None:
    log("before")
    log("warning", logging.WARNING)

    assert stream.getvalue() == "before\nwarning\n"


def test_very_many_lines_are_written_together_and_do_not_wait(log: Callable[..., None], stream: Stream) -> None:
    for number in range(MOST_LINES):
        log(str(number))

    assert stream.getvalue().splitlines() == list(map(str, range(MOST_LINES)))
    assert stream.writes == 1  # of less than 4096 bytes


def test_lines_are_written_whole_and_in_pieces_that_no_pipe_takes_apart(
    log: Callable[..., None], stream: Stream
) -> None:
    lines = ["x" * 1500, "y" * 1500, "z" * 1500, "ü" * 5000]
    for line in lines:
        log(line)
    log("last", logging.WARNING)

    assert stream.getvalue().splitlines() == [*lines, "last"]
    assert stream.writes == 4


def test_who_logs_does_not_fail_when_nothing_can_be_written(log: Callable[..., None], stream: Stream) -> None:
    stream.is_full = True
    log("lost", logging.WARNING)
    stream.is_full = False
    log("written", logging.WARNING)

    assert stream.getvalue() == "written\n"


def test_lines_come_again_once_they_can_be_written(log: Callable[..., None], stream: Stream) -> None:
    stream.is_full = True
    log("lost")
    eventually(lambda: stream.failures == 1, "the failure")
    stream.is_full = False
    log("written")

    eventually(lambda: stream.getvalue() == "written\n", "the line")  # asserts that it came


def test_a_record_that_cannot_be_written_costs_no_other_its_line(
    log: Callable[..., None], stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)

    log("before")
    log(object.__new__(Unwritable))
    log("after", logging.WARNING)

    assert stream.getvalue() == "before\nafter\n"


class Unwritable:
    def __str__(self) -> str:
        raise ZeroDivisionError


def test_the_end_of_a_program_loses_no_line() -> None:
    command = [sys.executable, "-c", PROGRAM]

    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=IMPORT_ROOT)  # noqa: S603 - our own

    assert [line.rpartition("=")[2] for line in ended.stderr.splitlines()] == list(map(str, range(1000)))
