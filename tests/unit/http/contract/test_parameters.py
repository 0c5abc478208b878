from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from timetrack.entrypoints.http.contract.parameters import Parameters, UnsupportedParameterError
from timetrack.entrypoints.http.messages.problems import Refusal

NONE: Mapping[str, str] = MappingProxyType({})


def parameter(
    name: str, kind: str, place: str = "query", *, required: bool = False, **schema: object
) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": {"type": kind, **schema}}


def read(definition: dict[str, Any], query: bytes = b"", headers: Mapping[str, str] = NONE) -> dict[str, Any]:
    return Parameters([definition]).read(path={}, query=query, headers=headers)


def faults(definition: dict[str, Any], query: bytes = b"", headers: Mapping[str, str] = NONE) -> list[dict[str, str]]:
    with pytest.raises(Refusal) as refused:
        read(definition, query, headers)
    assert refused.value.status == 400
    return [fault.as_json() for fault in refused.value.faults]


def test_parameters_have_the_types_of_the_contract() -> None:
    assert read(parameter("limit", "integer"), b"limit=5") == {"limit": 5}
    assert read(parameter("running", "boolean"), b"running=true") == {"running": True}


def test_a_default_stands_in_for_what_is_absent() -> None:
    assert read(parameter("limit", "integer", default=20)) == {"limit": 20}


def test_what_is_absent_and_has_no_default_is_left_out() -> None:
    assert read(parameter("limit", "integer")) == {}


def test_a_name_that_python_reserves_gets_an_underscore() -> None:
    assert read(parameter("from", "string"), b"from=x") == {"from_": "x"}


def test_a_header_is_checked_and_not_passed_on() -> None:
    definition = parameter("If-Match", "string", "header", maxLength=3)

    assert read(definition, headers={"if-match": "abc"}) == {}
    assert faults(definition, headers={"if-match": "abcd"}) == [
        {"in": "header", "name": "If-Match", "message": "is too long: at most 3 characters"}
    ]


def test_a_required_parameter_is_missed() -> None:
    assert faults(parameter("q", "string", required=True)) == [{"in": "query", "name": "q", "message": "is required"}]


@pytest.mark.parametrize("text", [b"", b"%201", b"1_0", b"1.0", b"%D9%A3", b"%C2%B2", b"+1", b"0x1", b"1" * 20])
def test_only_plain_digits_are_a_number(text: bytes) -> None:
    assert faults(parameter("n", "integer"), b"n=" + text)[0]["message"] == "is of the wrong type: an integer is wanted"


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        (b"hunter2=1", {"name": "hunter2", "message": "is not a parameter that is known"}),
        (b"tt_hunter2=1", {"message": "has a parameter that is not known"}),
        (b"1234567890=1", {"message": "has a parameter that is not known"}),
        (b"q=1&q=1", {"name": "q", "message": "is there twice"}),
        (b"q=%ff", {"message": "cannot be read"}),
        (b"q=\xc3\xa9", {"message": "cannot be read"}),
        (b"q=1&" * 51, {"message": "cannot be read"}),
    ],
)
def test_a_query_that_is_not_plain_is_refused(query: bytes, fault: Mapping[str, str]) -> None:
    assert {"in": "query", **fault} in faults(parameter("q", "string"), query)


def test_a_parameter_of_many_values_is_refused_at_the_start() -> None:
    with pytest.raises(UnsupportedParameterError, match="'ids'"):
        Parameters([parameter("ids", "array")])
