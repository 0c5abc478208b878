"""Every code of a problem stands in the contract, with a right example, and each operation names those that it has."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from connexion.json_schema import resolve_refs
from jsonschema import Draft4Validator

from timetrack.contracts import read_contract
from timetrack.domain.errors import CredentialsInvalidError, TimeTrackError
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.entrypoints.http.messages import errors as errors_of_http
from timetrack.entrypoints.http.messages.problems import phrase_of, status_of
from timetrack.resources import resource
from tools.problem_types import codes_of

CONTRACT = read_contract(resource("api", "openapi.yaml"))
EXAMPLES: Mapping[str, Any] = CONTRACT["components"]["examples"]
PROBLEM = resolve_refs(CONTRACT)["components"]["schemas"]["Problem"]
OF_THE_EDGE = {
    "bad_request": 400,
    "demo_loopback_only": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "request_timeout": 408,
    "content_too_large": 413,
    "unsupported_media_type": 415,
    "request_header_fields_too_large": 431,
    "internal_error": 500,
    "service_unavailable": 503,
}


def leaves(family: type[TimeTrackError]) -> Iterator[type[TimeTrackError]]:
    for error in family.__subclasses__():
        yield from leaves(error)
        if "code" in vars(error):
            yield error


def of_the_program() -> dict[str, int]:
    """Return the status of each code that the program has; a wrong password is told in OAuth's words only."""
    ours = {each for each in leaves(TimeTrackError) if each.__module__.startswith("timetrack.")}
    assert errors_of_http.IssuerUnknownError in ours
    bare = {each.code: status_of(each.__new__(each)) for each in ours - {CredentialsInvalidError}}
    return bare | OF_THE_EDGE


def test_the_contract_has_the_codes_of_the_program_and_no_others() -> None:
    named = PROBLEM["properties"]["code"]["x-extensible-enum"]

    assert {code: example["value"]["status"] for code, example in EXAMPLES.items()} == of_the_program()
    assert named == sorted(EXAMPLES)


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_is_what_the_server_would_say(code: str) -> None:
    problem = EXAMPLES[code]["value"]

    assert list(Draft4Validator(PROBLEM).iter_errors(problem)) == []
    assert (problem["code"], problem["type"]) == (code, f"/problems/{code}")
    assert problem["title"] == phrase_of(problem["status"])


def test_a_response_names_codes_of_its_status_and_every_code_is_named() -> None:
    named = [
        (definition.operation["operationId"], status, code)
        for definition in definitions(CONTRACT)
        for status, response in definition.operation["responses"].items()
        for code in codes_of(CONTRACT, response)
    ]
    anywhere = {code for code, example in EXAMPLES.items() if "x-given-by" in example}

    assert [each for each in named if EXAMPLES[each[2]]["value"]["status"] != int(each[1])] == []
    assert {code for _, _, code in named} | anywhere == set(EXAMPLES)


def test_every_response_that_is_a_problem_names_its_codes() -> None:
    unnamed = [
        (definition.operation["operationId"], status)
        for definition in definitions(resolve_refs(CONTRACT))
        for status, response in definition.operation["responses"].items()
        if "application/problem+json" in response.get("content", {}) and not codes_of(CONTRACT, response)
    ]

    assert unnamed == []
