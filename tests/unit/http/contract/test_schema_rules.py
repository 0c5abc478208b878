from typing import Any

import pytest

from timetrack.entrypoints.http.contract.schema_rules import SchemaRules, UnknownFormatError


def told(schema: dict[str, Any], value: object) -> list[tuple[str | None, str]]:
    return [(fault.pointer, fault.message) for fault in SchemaRules(schema).faults(value, place="body")]


def test_a_value_that_keeps_all_rules_has_no_fault() -> None:
    assert told({"type": "string", "maxLength": 3}, "abc") == []


def test_a_missing_member_is_named_by_its_pointer() -> None:
    assert told({"type": "object", "required": ["a", "b"]}, {"b": 1}) == [("/a", "is required")]


def test_an_unknown_member_is_named_if_it_looks_like_a_name() -> None:
    schema = {"type": "object", "additionalProperties": False, "properties": {}}

    assert told(schema, {"hunter2": 1, "tt_hunter2": 2, "1234567890": 3}) == [
        ("/hunter2", "is not a member that is known"),
        ("", "has a member that is not known"),
    ]


def test_a_pointer_leads_into_the_depth() -> None:
    schema = {"properties": {"a/b": {"items": {"type": "integer"}}}}

    assert told(schema, {"a/b": [1, "x"]}) == [("/a~1b/1", "is of the wrong type: an integer is wanted")]


@pytest.mark.parametrize("value", ["123", None])
def test_a_nullable_value_may_be_null(value: object) -> None:
    assert told({"type": "string", "nullable": True, "enum": ["123"]}, value) == []


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("^[0-9]+$", "12", True),
        ("^[0-9]+$", "12\n", False),
        (r"^a\$", "a$b", True),
        ("^[$]+$", "$$", True),
        ("b", "abc", True),
    ],
)
def test_a_pattern_means_what_it_means_in_ecmascript(pattern: str, value: str, matches: bool) -> None:  # noqa: FBT001
    assert (told({"pattern": pattern}, value) == []) is matches


@pytest.mark.parametrize(
    ("items", "unique"), [([1, True, "1"], True), ([{"a": 1}, {"a": 1}], False), ([{}, []] * 10000, False)]
)
def test_items_are_compared_by_value_and_fast(items: list[object], unique: bool) -> None:  # noqa: FBT001
    assert (told({"uniqueItems": True}, items) == []) is unique


def test_a_format_that_nothing_checks_is_refused_at_the_start() -> None:
    with pytest.raises(UnknownFormatError, match="'uuid'"):
        SchemaRules({"properties": {"id": {"type": "string", "format": "uuid"}}})
