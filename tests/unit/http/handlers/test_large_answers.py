"""One large answer at a time to a user, a few altogether, and each place is given back once."""

from collections.abc import Iterator

import pytest

from timetrack.domain.errors import LargeAnswersBusyError
from timetrack.domain.model.ids import UserId
from timetrack.entrypoints.http.handlers.large_answers import LargeAnswers

ANNA, BORIS, CLARA = map(UserId, (1, 2, 3))


@pytest.fixture
def answers() -> LargeAnswers:
    return LargeAnswers(at_a_time=2)


def hold(answers: LargeAnswers, *users: UserId) -> list[Iterator[bytes]]:
    return [answers.hold(user, iter([b"a", b"b"])) for user in users]


def close(pieces: Iterator[bytes]) -> None:
    pieces.close()  # type: ignore[attr-defined]  # as the edge looks for it


def test_the_pieces_are_passed_on(answers: LargeAnswers) -> None:
    (held,) = hold(answers, ANNA)

    assert list(held) == [b"a", b"b"]


def test_a_second_one_to_a_user_is_refused(answers: LargeAnswers) -> None:
    _held = hold(answers, ANNA)

    with pytest.raises(LargeAnswersBusyError):
        hold(answers, ANNA)


def test_more_than_a_few_altogether_are_refused(answers: LargeAnswers) -> None:
    _held = hold(answers, ANNA, BORIS)

    with pytest.raises(LargeAnswersBusyError):
        hold(answers, CLARA)


def test_an_end_gives_the_place_back(answers: LargeAnswers) -> None:
    (held,) = hold(answers, ANNA)

    list(held)

    assert hold(answers, ANNA, BORIS)


def test_closing_gives_it_back_once_and_closes_the_pieces(answers: LargeAnswers) -> None:
    closed = []

    def pieces() -> Iterator[bytes]:
        try:
            yield b"a"
        finally:
            closed.append(True)

    held = answers.hold(ANNA, pieces())
    next(held)
    close(held)
    _other = answers.hold(ANNA, iter([b"b"]))
    close(held)

    assert closed == [True]
    with pytest.raises(LargeAnswersBusyError):
        hold(answers, ANNA)


def test_a_failure_gives_it_back(answers: LargeAnswers) -> None:
    def failing() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    held = answers.hold(ANNA, failing())
    with pytest.raises(ZeroDivisionError):
        list(held)

    assert hold(answers, ANNA)


def test_an_answer_that_nobody_sends_gives_it_back(answers: LargeAnswers) -> None:
    hold(answers, ANNA)

    assert hold(answers, ANNA)
