"""What a quick check lets pass, jsonschema lets pass too; and it lets pass what most requests hold."""

import re
from typing import Any

import pytest
import yaml
from connexion.json_schema import resolve_refs
from hypothesis import example, given
from hypothesis import strategies as st

from timetrack.entrypoints.http.contract import schema_rules
from timetrack.entrypoints.http.contract.quick_checks import quick_check
from timetrack.resources import resource

CONTRACT = resolve_refs(yaml.safe_load(resource("api", "openapi.yaml").read_text(encoding="utf-8")))
SCHEMAS = CONTRACT["components"]["schemas"]

SIMPLE = st.none() | st.booleans() | st.integers(-2, 5) | st.sampled_from([1.0, 2.5]) | st.text("ab1\n$", max_size=4)
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)
WORDS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["integer", "string", "boolean", "array", "object", "number"]),
        "nullable": st.booleans(),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "minItems": st.integers(0, 2),
        "maxItems": st.integers(0, 2),
        "minProperties": st.integers(0, 2),
        "minimum": st.integers(0, 3),
        "maximum": st.integers(0, 3),
        "exclusiveMinimum": st.booleans(),
        "uniqueItems": st.booleans(),
        "enum": st.lists(SIMPLE, min_size=1, max_size=3),
        "pattern": st.sampled_from(["^a", "b$", "1"]),
        "format": st.just("date-time"),
        "required": st.lists(st.sampled_from("abc"), min_size=1, unique=True),
        "additionalProperties": st.booleans(),
    },
)
ANY_SCHEMA = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda words, items, properties: {**words, "items": items, "properties": properties},
        WORDS,
        inner,
        st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
    ),
    max_leaves=4,
)


def is_quick(schema: dict[str, Any], value: object) -> bool:
    return quick_check(schema, re.compile)(value)


@given(schema=ANY_SCHEMA, value=VALUES)
@example(schema={"type": "integer"}, value=True)
@example(schema={"type": "integer", "enum": [1]}, value=1)
@example(schema={"type": "integer", "minimum": 1, "exclusiveMinimum": True}, value=1)
@example(schema={"type": "object", "additionalProperties": False}, value={"a": 1})
@example(schema={"type": "object", "properties": {"a": {"type": "string"}}}, value={"a": 1})
@example(schema={"type": "array", "items": {"type": "string"}}, value=["a", 1])
@example(schema={"type": "string", "format": "date-time"}, value="a")
def test_nothing_passes_that_jsonschema_refuses(schema: dict[str, Any], value: object) -> None:
    if is_quick(schema, value):
        assert not list(schema_rules.validator(schema).iter_errors(value))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("TimerStart", {"switch": True, "description": "ü"}),
        ("TimerStart", {"start": "2026-03-01T00:00:00Z"}),
        ("TimerStop", {}),
        ("TimeEntryWrite", {"task_id": 1, "start": "2026-03-01T00:00:00Z", "end": "2026-03-01T01:00:00Z"}),
        ("TaskWrite", {"description": "work"}),
    ],
)
def test_right_bodies_are_let_pass_at_once(schema: str, value: object) -> None:
    assert is_quick(SCHEMAS[schema], value)


def test_a_word_that_is_not_known_lets_nothing_pass() -> None:
    assert not is_quick({"type": "integer", "multipleOf": 2}, 2)
