"""The rules that keep other people's generators content with the contract; `make clients-check` runs these programs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.resources import resource

CONTRACT = read_contract(resource("api", "openapi.yaml"))
SCHEMAS: Mapping[str, Any] = CONTRACT["components"]["schemas"]


def nodes(node: object, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, Mapping):
        yield path, node
        for name, member in node.items():
            yield from nodes(member, f"{path}/{name}")
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from nodes(item, f"{path}/{number}")


def referred_to(node: object) -> set[str]:
    """Return the names of the schemas that one leads to."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for _, each in nodes(waiting.pop()):
            name = str(each.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in SCHEMAS and name not in found:
                found.add(name)
                waiting.append(SCHEMAS[name])
    return found


TAKEN = referred_to([definition.operation.get("requestBody", {}) for definition in definitions(CONTRACT)])
ANSWERED = referred_to(
    [[definition.operation["responses"] for definition in definitions(CONTRACT)], CONTRACT["components"]["responses"]]
)


def test_nothing_is_one_of_several_types() -> None:
    assert [path for path, node in nodes(CONTRACT) if node.keys() & {"anyOf", "oneOf", "allOf", "not"}] == []


def test_a_link_carries_no_body() -> None:
    links = [links for path, links in nodes(CONTRACT) if path.endswith("/links")]

    assert links
    assert [link for each in links for link in each.values() if "requestBody" in link] == []


def test_a_form_that_is_filled_in_as_offered_asks_for_no_more_than_is_required() -> None:
    parameters = [(path, node) for path, node in nodes(CONTRACT) if str(node.get("in")) in {"path", "query", "header"}]
    optional = [(path, node) for path, node in parameters if not node.get("required") and "schema" in node]

    assert optional
    for path, parameter in optional:
        name = str(parameter["schema"].get("$ref", "")).removeprefix("#/components/schemas/")
        assert "example" not in {**parameter, **SCHEMAS.get(name, {})}, path


@pytest.mark.parametrize("name", sorted(name for name in SCHEMAS if SCHEMAS[name]["type"] == "object"))
def test_what_is_taken_is_closed_and_what_is_answered_is_open(name: str) -> None:
    assert (name in TAKEN) != (name in ANSWERED), "a schema is for requests or for answers"
    # RFC 6749, 3.2: a token endpoint passes over what it does not know.
    assert ("additionalProperties" in SCHEMAS[name]) is (name in TAKEN - {"SignIn", "Revocation"})


@pytest.mark.parametrize("name", sorted(name for name in TAKEN if SCHEMAS[name]["type"] == "object"))
def test_a_member_that_may_be_left_out_has_no_default(name: str) -> None:
    # Generators make a member with a default one that is always there.
    assert [member for member, rule in SCHEMAS[name]["properties"].items() if "default" in rule] == []


@pytest.mark.parametrize("name", sorted(name for name in ANSWERED if SCHEMAS[name]["type"] == "object"))
def test_what_is_always_there_and_may_be_null_is_a_schema_of_its_own(name: str) -> None:
    # datamodel-code-generator takes `nullable` of a required member written in place for a mistake.
    required = SCHEMAS[name].get("required", [])

    assert [member for member in required if SCHEMAS[name]["properties"][member].get("nullable")] == []


@pytest.mark.parametrize(
    ("operation_id", "name"),
    [
        (definition.operation["operationId"], content["schema"]["$ref"].rsplit("/", 1)[1])
        for definition in definitions(CONTRACT)
        if definition.method == "post" and not definition.operation.get("x-errors")
        for content in definition.operation.get("requestBody", {"content": {}})["content"].values()
    ],
)
def test_a_body_of_post_takes_null_for_what_may_be_left_out(operation_id: str, name: str) -> None:
    del operation_id
    schema = SCHEMAS[name]
    optional = [rule for member, rule in schema["properties"].items() if member not in schema.get("required", [])]
    resolved = [SCHEMAS[rule["$ref"].rsplit("/", 1)[1]] if "$ref" in rule else rule for rule in optional]

    assert [rule for rule in resolved if not rule.get("nullable")] == []


def test_a_form_that_is_told_keeps_to_its_pattern() -> None:
    forms = [(node["pattern"], str(node["x-form"])) for _, node in nodes(CONTRACT) if "x-form" in node]

    assert forms
    assert [form for pattern, form in forms if not re.search(pattern, form)] == []
