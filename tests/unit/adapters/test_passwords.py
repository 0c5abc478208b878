"""Passwords by argon2id."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from timetrack.adapters.passwords import Argon2Hasher

PASSWORD = "a password"  # noqa: S105 - an example


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


def test_no_more_than_two_are_checked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Argon2Hasher()
    two_are_in = threading.Barrier(2)
    inside: list[int] = []
    most: list[int] = []

    def slow(_kept: str, _password: str) -> bool:
        inside.append(1)
        most.append(len(inside))
        two_are_in.wait(timeout=10)
        inside.pop()
        return True

    monkeypatch.setattr(hasher, "_argon2", type("Slow", (), {"verify": staticmethod(slow)}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: hasher.matches(PASSWORD, "digest"), range(8)))

    assert max(most) == 2
