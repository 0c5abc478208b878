"""Fast checks of values against the contract's schemas: a value that passes is valid, any other is for jsonschema.

Most requests are valid, and jsonschema walks through a schema anew for each of them. Here a schema is compiled to one
function, composed of those of its parts. A schema with a keyword that this module does not know lets nothing pass.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from timetrack.entrypoints.http.contract import formats

Schema = Mapping[str, Any]
Check = Callable[[Any], bool]
Compile = Callable[[str], re.Pattern[str]]

# Annotations; and the type and null, which are checked first.
_SKIPPED = frozenset({"title", "description", "default", "example", "type", "nullable"})


def quick_check(schema: Schema, compile_: Compile) -> Check:
    """Return a function that is true only of valid values, but not of all of them; `compile_` compiles patterns."""
    checks = tuple(_checks(schema, compile_))
    # Generated clients send null for each member that was left out.
    understood = _SKIPPED | _KEYWORDS.get(schema.get("type", ""), {}).keys()
    may_be_null = schema.get("nullable") is True and schema.keys() <= understood

    def is_valid(value: object) -> bool:
        if value is None and may_be_null:
            return True
        # A loop, as all() over a generator takes twice as long.
        for check in checks:
            if not check(value):
                return False
        return True

    return is_valid


def _checks(schema: Schema, compile_: Compile) -> Iterator[Check]:
    type_ = schema.get("type", "")
    # The type goes first: the others rely on it.
    yield _TYPES.get(type_, _never)
    keywords = _KEYWORDS.get(type_, {})
    for keyword, rule in schema.items():
        if keyword not in _SKIPPED:
            yield keywords[keyword](rule, schema, compile_) if keyword in keywords else _never


def _never(_: object) -> bool:
    return False


def _pattern(rule: str, _: Schema, compile_: Compile) -> Check:
    search = compile_(rule).search
    return lambda value: search(value) is not None


def _items(rule: Schema, _: Schema, compile_: Compile) -> Check:
    item = quick_check(rule, compile_)
    return lambda value: all(map(item, value))


def _properties(rule: Schema, _: Schema, compile_: Compile) -> Check:
    members = {name: quick_check(member, compile_) for name, member in rule.items()}

    def are_valid(value: Mapping[str, object]) -> bool:
        for name, member in value.items():
            if name in members and not members[name](member):
                return False
        return True

    return are_valid


def _additional(rule: object, schema: Schema, _: Compile) -> Check:
    known = frozenset(schema.get("properties", ()))
    return _never if rule is not False else lambda value: value.keys() <= known


def _format(rule: str, _: Schema, __: Compile) -> Check:
    check, refusals = formats.CHECKER.checkers[rule]

    def conforms(value: object) -> bool:
        try:
            return bool(check(value))
        except refusals:
            return False

    return conforms


def _enum(rule: list[object], _: Schema, __: Compile) -> Check:
    # Other values compare in ways of their own: True is 1.
    return frozenset(rule).__contains__ if all(isinstance(each, str) for each in rule) else _never


_KEYWORDS: Mapping[str, Mapping[str, Callable[[Any, Schema, Compile], Check]]] = {
    "integer": {
        "minimum": lambda rule, _, __: lambda value: value >= rule,
        "maximum": lambda rule, _, __: lambda value: value <= rule,
        "format": _format,
    },
    "string": {
        "minLength": lambda rule, _, __: lambda value: len(value) >= rule,
        "maxLength": lambda rule, _, __: lambda value: len(value) <= rule,
        "format": _format,
        "enum": _enum,
        "pattern": _pattern,
    },
    "boolean": {},
    "array": {
        "minItems": lambda rule, _, __: lambda value: len(value) >= rule,
        "maxItems": lambda rule, _, __: lambda value: len(value) <= rule,
        "items": _items,
    },
    "object": {
        "minProperties": lambda rule, _, __: lambda value: len(value) >= rule,
        "required": lambda rule, _, __: lambda value: all(name in value for name in rule),
        "properties": _properties,
        "additionalProperties": _additional,
    },
}

# By the exact class: a boolean is no integer, and JSON and parameters are read into no other classes.
_TYPES: Mapping[str, Check] = {
    "integer": lambda value: type(value) is int,
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
}
