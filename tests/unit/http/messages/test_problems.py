from collections.abc import Iterator

import pytest

from timetrack.domain import errors
from timetrack.domain.errors import IdempotencyKeyInUseError, TaskNotFoundError, TimeTrackError
from timetrack.entrypoints.http.messages.problems import Fault, bad_request, problem, status_of


def leaves() -> Iterator[type[TimeTrackError]]:
    for family in TimeTrackError.__subclasses__():
        yield from (leaf for leaf in family.__subclasses__() if leaf.__module__.startswith(errors.__name__))


@pytest.mark.parametrize("leaf", list(leaves()))
def test_each_refusal_of_the_domain_has_a_status_and_a_code(leaf: type[TimeTrackError]) -> None:
    assert 400 <= status_of(leaf.__new__(leaf)) <= 503
    assert leaf.code


def test_an_error_without_a_family_is_a_bug() -> None:
    with pytest.raises(LookupError):
        status_of(TimeTrackError())


def test_an_error_that_knows_when_to_come_back_says_so() -> None:
    assert problem(IdempotencyKeyInUseError(), request_id="r").headers["Retry-After"] == "1"


def test_a_repeated_refusal_keeps_the_request_id_of_the_first() -> None:
    error = TaskNotFoundError()
    error.first_request_id = "first"

    reply = problem(error, request_id="second")

    assert reply.body["request_id"] == "first"
    assert reply.headers["Idempotency-Replayed"] == "true"


def test_a_problem_names_ten_faults_at_most() -> None:
    reply = problem(bad_request(*[Fault(place="body", message="x")] * 11), request_id="r")

    assert len(reply.body["errors"]) == 10
