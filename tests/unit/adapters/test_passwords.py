"""Passwords by argon2id."""

import itertools
import math
import os
import sys
import threading
from unittest.mock import Mock

import argon2
import pytest

from timetrack.adapters.passwords import Argon2Hasher, HashingPlaces
from timetrack.domain.errors import SignInBusyError

PASSWORD = "a password"  # noqa: S105 - an example
COMPOSED, DECOMPOSED, FULL_WIDTH = "caf\u00e9 1", "cafe\u0301 1", "caf\u00e9 \uff11"


@pytest.fixture(scope="module")
def hasher() -> Argon2Hasher:
    return Argon2Hasher()


def test_a_digest_is_slow_salted_and_says_how_it_was_made(hasher: Argon2Hasher) -> None:
    digests = {hasher.hash(PASSWORD) for _ in range(2)}

    assert len(digests) == 2
    assert all(digest.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for digest in digests)


def test_only_the_password_belongs_to_its_digest(hasher: Argon2Hasher) -> None:
    kept = hasher.hash(PASSWORD)

    assert [hasher.matches(each, kept) for each in (PASSWORD, PASSWORD.upper(), "", f"{PASSWORD}\0")] == [
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("password", [PASSWORD, ""])
def test_nothing_belongs_to_nobody(hasher: Argon2Hasher, password: str) -> None:
    assert not hasher.matches(password, None)


@pytest.mark.parametrize(("kept_as", "typed"), list(itertools.permutations([COMPOSED, DECOMPOSED, FULL_WIDTH], 2)))
def test_spellings_that_unicode_takes_for_the_same_are_one_password(
    hasher: Argon2Hasher, kept_as: str, typed: str
) -> None:
    assert hasher.matches(typed, hasher.hash(kept_as))


@pytest.mark.parametrize("spelling", [COMPOSED, DECOMPOSED, FULL_WIDTH])
def test_a_digest_from_before_there_was_one_spelling_is_of_what_is_typed(hasher: Argon2Hasher, spelling: str) -> None:
    kept = argon2.PasswordHasher(memory_cost=64, time_cost=1, parallelism=1).hash(spelling)

    assert hasher.matches(spelling, kept)


@pytest.mark.parametrize("password", [COMPOSED, DECOMPOSED])
def test_a_wrong_password_costs_as_many_hashes_for_nobody_as_for_somebody(
    hasher: Argon2Hasher, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    kept = hasher.hash("another one")
    verified = Mock(wraps=argon2.PasswordHasher().verify)
    monkeypatch.setattr(hasher, "_argon2", Mock(verify=verified))

    counts = []
    for digest in (kept, None):
        verified.reset_mock()
        hasher.matches(password, digest)
        counts.append(verified.call_count)

    assert counts[0] == counts[1] > 0


def test_the_threads_that_digest_give_way_to_the_rest_and_only_they(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Argon2Hasher(HashingPlaces(1))
    seen: list[int] = []

    def verify(_kept: str, _password: str) -> bool:
        seen.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return True

    monkeypatch.setattr(hasher, "_argon2", Mock(verify=verify))
    hasher.matches(PASSWORD, "digest")

    assert seen == [10 if sys.platform == "linux" else 0]  # elsewhere a thread has no priority of its own
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == 0


def test_who_waits_for_a_place_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    places = HashingPlaces(1)
    hasher = Argon2Hasher(places)
    kept = hasher.hash(PASSWORD)
    monkeypatch.setattr("timetrack.adapters.passwords.hasher._LONGEST_WAIT", 0.05)

    with places.one(math.inf), pytest.raises(SignInBusyError):
        hasher.matches(PASSWORD, kept)

    monkeypatch.setattr("timetrack.adapters.passwords.hasher._LONGEST_WAIT", 60)
    assert hasher.matches(PASSWORD, kept)
