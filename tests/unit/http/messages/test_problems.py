from collections.abc import Iterator, Mapping

import pytest
from connexion.json_schema import resolve_refs

from timetrack.contracts import read_contract
from timetrack.domain.errors import (
    EndBeforeStartError,
    IdempotencyKeyInUseError,
    InvalidError,
    RangeReversedError,
    TimeTrackError,
)
from timetrack.domain.ports.idempotency import RefusedBefore
from timetrack.entrypoints.http.contract.definitions import METHODS
from timetrack.entrypoints.http.messages import errors
from timetrack.entrypoints.http.messages.problems import Fault, bad_request, problem, status_of
from timetrack.resources import resource


def leaves() -> Iterator[type[TimeTrackError]]:
    for family in TimeTrackError.__subclasses__():
        yield from (leaf for leaf in family.__subclasses__() if leaf.__module__.startswith("timetrack."))


def test_the_refusals_of_the_edge_are_among_the_leaves() -> None:
    assert errors.EntityTagMalformedError in set(leaves())


@pytest.mark.parametrize("leaf", list(leaves()))
def test_each_refusal_has_a_status_and_a_code(leaf: type[TimeTrackError]) -> None:
    assert 400 <= status_of(leaf.__new__(leaf)) <= 503
    assert leaf.code


def test_an_error_without_a_family_is_a_bug() -> None:
    with pytest.raises(LookupError):
        status_of(TimeTrackError())


def test_an_error_that_knows_when_to_come_back_says_so() -> None:
    assert problem(IdempotencyKeyInUseError(), request_id="r").headers["Retry-After"] == "1"


def test_a_repeated_refusal_keeps_the_request_id_of_the_first() -> None:
    refusal = IdempotencyKeyInUseError()

    first = problem(refusal, request_id="first")
    again = problem(RefusedBefore(refusal, "first"), request_id="second")

    assert again.body == first.body
    assert again.headers == {**first.headers, "Idempotency-Replayed": "true"}


@pytest.mark.parametrize(
    ("error", "query_names", "fault"),
    [
        (EndBeforeStartError(), (), {"in": "body", "pointer": "/end"}),
        (RangeReversedError(), (), {"in": "body", "pointer": "/to"}),
        (RangeReversedError(), ("from", "to"), {"in": "query", "name": "to"}),
    ],
)
def test_a_wrong_member_is_looked_for_where_the_operation_takes_it_from(
    error: InvalidError, query_names: tuple[str, ...], fault: Mapping[str, str]
) -> None:
    reply = problem(error, request_id="r", query_names=query_names)

    assert reply.body["errors"] == [{**fault, "message": str(error)}]


def test_each_member_that_can_be_wrong_is_one_of_the_contract() -> None:
    members = {leaf for leaf in leaves() if issubclass(leaf, InvalidError) and leaf.member is not None}
    faults = [problem(leaf.__new__(leaf), request_id="r").body["errors"][0] for leaf in members]

    assert {fault["pointer"].removeprefix("/") for fault in faults} <= set(names_in_the_contract())
    assert len(members) > 10


def names_in_the_contract() -> Iterator[str]:
    """Yield the name of each query parameter and of each member of a body."""
    contract = resolve_refs(read_contract(resource("api", "openapi.yaml")))
    operations = [item[method] for item in contract["paths"].values() for method in item.keys() & METHODS]
    for operation in operations:
        yield from (each["name"] for each in operation.get("parameters", []) if each["in"] == "query")
        for content in operation.get("requestBody", {"content": {}})["content"].values():
            yield from content["schema"].get("properties", {})


def test_a_problem_names_ten_faults_at_most() -> None:
    reply = problem(bad_request(*[Fault(place="body", message="x")] * 11), request_id="r")

    assert len(reply.body["errors"]) == 10
