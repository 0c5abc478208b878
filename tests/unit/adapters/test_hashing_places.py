"""Places for hashing, over threads and processes."""

import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

import pytest

from timetrack.adapters.passwords import HashingPlaces, places_of_this_machine
from timetrack.domain.errors import SignInBusyError

AT_ONCE = 3
HOLDER = """
import math, os, sys
from timetrack.adapters.passwords import HashingPlaces

with HashingPlaces(1, os.fdopen(int(sys.argv[1]), "r+b")).one(math.inf):
    print("has it", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def file() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as opened:
        yield opened


def full(places: HashingPlaces) -> bool:
    """Tell whether a place can be had within a moment."""
    try:
        with places.one(time.monotonic() + 0.05):
            return False
    except SignInBusyError:
        return True


@pytest.mark.parametrize("shared", [True, False])
def test_in_a_process_no_more_have_a_place_than_there_are(file: IO[bytes], *, shared: bool) -> None:
    places = HashingPlaces(AT_ONCE, file if shared else None)
    all_in = threading.Barrier(AT_ONCE)
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        with places.one(math.inf):
            inside.append(1)
            most.append(len(inside))
            all_in.wait(timeout=30)
            inside.pop()

    with ThreadPoolExecutor(3 * AT_ONCE) as threads:
        for each in [threads.submit(work) for _ in range(3 * AT_ONCE)]:
            each.result()

    assert max(most) == AT_ONCE


def test_a_place_is_had_by_one_process_and_comes_back_when_that_is_killed(file: IO[bytes]) -> None:
    places = HashingPlaces(1, file)
    command = [sys.executable, "-c", HOLDER, str(file.fileno())]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[file.fileno()]
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"has it\n"
        while_it_runs = full(places)
        holder.kill()
        holder.wait()

    with places.one(math.inf):
        pass
    assert while_it_runs


def test_a_place_that_failed_work_had_is_free_again(file: IO[bytes]) -> None:
    places = HashingPlaces(1, file)

    with pytest.raises(ZeroDivisionError), places.one(math.inf):
        raise ZeroDivisionError

    with places.one(math.inf):
        pass


def test_who_is_too_late_gets_none_although_it_is_free() -> None:
    with pytest.raises(SignInBusyError), HashingPlaces(1).one(-math.inf):
        pass


@pytest.mark.parametrize(("cores", "places"), [(None, 1), (1, 1), (2, 1), (8, 7)])
def test_a_core_is_left_for_requests(monkeypatch: pytest.MonkeyPatch, cores: int | None, places: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)

    assert places_of_this_machine() == places
