"""The promises of FailedSignIns."""

from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.racing import race
from timetrack.domain.model.access.sign_ins import SignInLimit
from timetrack.domain.ports.storage import Storage

THREE = SignInLimit(subject=b"an account", failures=3, seconds_each=60)
MANY = SignInLimit(subject=b"an address", failures=30, seconds_each=6)


def fail(storage: Storage, times: int, *limits: SignInLimit) -> None:
    for _ in range(times):
        storage.failed_sign_ins.add(limits)


def test_who_has_not_failed_has_room(storage: Storage) -> None:
    assert storage.failed_sign_ins.seconds_to_wait([THREE, MANY]) == 0


@pytest.mark.parametrize(("failures", "wait"), [(1, 0), (2, 0), (3, 60), (4, 120)])
@pytest.mark.usefixtures("clock")
def test_room_ends_with_the_last_failure_that_is_allowed(storage: Storage, failures: int, wait: int) -> None:
    fail(storage, failures, THREE)

    assert storage.failed_sign_ins.seconds_to_wait([THREE]) == pytest.approx(wait, abs=1)


def test_failures_are_forgiven_one_after_the_other(storage: Storage, clock: Clock) -> None:
    fail(storage, 3, THREE)

    clock.advance(timedelta(seconds=61))
    after_one = storage.failed_sign_ins.seconds_to_wait([THREE])
    fail(storage, 1, THREE)

    assert (after_one, storage.failed_sign_ins.seconds_to_wait([THREE]) > 0) == (0, True)


def test_failures_long_ago_are_forgotten(storage: Storage, clock: Clock) -> None:
    fail(storage, 3, THREE)

    clock.advance(timedelta(days=1))
    fail(storage, 2, THREE)
    after_two = storage.failed_sign_ins.seconds_to_wait([THREE])
    fail(storage, 1, THREE)

    assert (after_two, storage.failed_sign_ins.seconds_to_wait([THREE]) > 0) == (0, True)


def test_failures_while_the_clock_was_a_day_ahead_count_for_nothing(storage: Storage, clock: Clock) -> None:
    fail(storage, 3, THREE)

    clock.advance(-timedelta(days=1))
    at_once = storage.failed_sign_ins.seconds_to_wait([THREE])
    fail(storage, 2, THREE)
    after_two = storage.failed_sign_ins.seconds_to_wait([THREE])
    fail(storage, 1, THREE)

    assert (at_once, after_two, storage.failed_sign_ins.seconds_to_wait([THREE]) > 0) == (0, 0, True)


@pytest.mark.usefixtures("clock")
def test_failures_beyond_measure_neither_lock_for_longer_than_an_hour_nor_unlock(storage: Storage) -> None:
    fail(storage, 70, THREE)

    assert storage.failed_sign_ins.seconds_to_wait([THREE]) == pytest.approx(3600 - 2 * 60, abs=1)


def test_what_counts_against_one_subject_leaves_others_alone(storage: Storage) -> None:
    fail(storage, 3, THREE)

    assert storage.failed_sign_ins.seconds_to_wait([MANY]) == 0


def test_of_several_limits_the_longest_wait_counts(storage: Storage) -> None:
    fail(storage, 4, THREE, MANY)

    assert storage.failed_sign_ins.seconds_to_wait([MANY, THREE]) > 60


def test_of_failures_at_once_each_counts(storage: Storage) -> None:
    race(8, lambda runner: fail(storage, 1, *((THREE, MANY) if runner % 2 else (MANY, THREE)))).raise_lost()

    assert storage.failed_sign_ins.seconds_to_wait([THREE]) > 5 * 60


def test_sweeping_leaves_failures_that_still_count(storage: Storage, clock: Clock) -> None:
    fail(storage, 3, THREE)
    fail(storage, 1, MANY)
    clock.advance(timedelta(seconds=30))

    storage.housekeeping.sweep()

    assert storage.failed_sign_ins.seconds_to_wait([THREE]) > 0
