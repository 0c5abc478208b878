"""Failures of the database become refusals, and whoever runs the server reads why, once a second."""

import logging

import pytest
from psycopg.errors import DiskFull, QueryCanceled

from timetrack.adapters.postgres.shared.failures import Failures
from timetrack.domain.errors import DatabaseUnavailableError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def failures(clock: Clock) -> Failures:
    return Failures(clock)


def states(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [getattr(record, "sqlstate", "") for record in caplog.records if record.levelno == logging.ERROR]


def fail(failures: Failures, error: Exception) -> None:
    with pytest.raises(DatabaseUnavailableError), failures.translating():
        raise error


def test_each_state_is_logged_once_a_second(failures: Failures, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for error in (DiskFull(), QueryCanceled(), DiskFull(), QueryCanceled()):
        fail(failures, error)
    clock.now += 1
    fail(failures, DiskFull())

    assert states(caplog) == ["53100", "57014", "53100"]


def test_what_postgresql_says_is_not_logged(failures: Failures, caplog: pytest.LogCaptureFixture) -> None:
    fail(failures, DiskFull("secret"))

    assert states(caplog) == ["53100"]
    assert "secret" not in caplog.text


def test_a_full_database_counts_as_full_for_a_while(failures: Failures, clock: Clock) -> None:
    seen = [failures.is_full]
    fail(failures, DiskFull())
    seen.append(failures.is_full)
    clock.now += 10
    seen.append(failures.is_full)

    assert seen == [False, True, False]


def test_other_failures_do_not_make_it_full(failures: Failures) -> None:
    fail(failures, QueryCanceled())

    assert not failures.is_full
