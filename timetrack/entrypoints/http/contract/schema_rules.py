"""Validation of values against the contract's schemas, compiled once.

jsonschema decides; its messages are replaced by our own, because they repeat the value and the schema.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft4Validator, ValidationError
from jsonschema.validators import extend

from timetrack.entrypoints.http.contract import formats
from timetrack.entrypoints.http.contract.quick_checks import quick_check
from timetrack.entrypoints.http.messages.problems import Fault, Place

Schema = Mapping[str, Any]
Untyped = Any
"""A validator, or the value of a keyword: types-jsonschema has no type for them."""

_MESSAGES = {
    "additionalProperties": "has a member that is not known",
    "enum": "is not one of the allowed values",
    "maxItems": "has too many items",
    "maxLength": "is too long",
    "maximum": "is too large",
    "minItems": "has too few items",
    "minLength": "is too short",
    "minProperties": "has too few members",
    "minimum": "is too small",
    "pattern": "does not match the pattern",
    "required": "is required",
    "type": "is of the wrong type",
    "uniqueItems": "has an item twice",
}


class UnknownFormatError(Exception):
    """The contract names a format for which there is no check."""


class SchemaRules:
    """The compiled rules of one schema of the contract."""

    def __init__(self, schema: Schema) -> None:
        """Compile a schema whose references are resolved.

        Raises:
            UnknownFormatError: the schema, or one inside it, names a format that nothing checks.
        """
        _refuse_unknown_formats(schema)
        self._is_valid = quick_check(schema, _compile_pattern)
        self._validator = validator(schema)

    def faults(self, value: object, *, place: Place, name: str | None = None) -> Iterable[Fault]:
        """Yield what is wrong with a value; a fault of a parameter has its `name`, a fault of a body a pointer."""
        return () if self._is_valid(value) else self._faults(value, place, name)

    def _faults(self, value: object, place: Place, name: str | None) -> Iterator[Fault]:
        for error in self._validator.iter_errors(value):
            yield Fault(
                place=place,
                name=name,
                pointer=_pointer(error.absolute_path) if name is None else None,
                message=_message(error),
                keyword=str(error.validator),
            )


def validator(schema: Schema) -> Untyped:
    """Return jsonschema's validator of a schema, with the keywords of OpenAPI 3.0 and the contract's formats."""
    return _Validator(schema, format_checker=formats.CHECKER)


def _message(error: ValidationError) -> str:
    if error.validator == "format":
        return f"is not a valid {error.validator_value}"
    return _MESSAGES.get(str(error.validator), "is not valid")


def _pointer(path: Iterable[str | int]) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _refuse_unknown_formats(schema: object) -> None:
    if isinstance(schema, Mapping):
        named = schema.get("format")
        if isinstance(named, str) and named not in formats.KNOWN:
            raise UnknownFormatError(f"the contract names the format {named!r}, which nothing checks")
        for member in schema.values():
            _refuse_unknown_formats(member)


def _nullable(keyword: str) -> Untyped:
    """OpenAPI 3.0 writes "or null" beside the type, where JSON Schema has no word for it."""
    check = Draft4Validator.VALIDATORS[keyword]

    def checked(validator: Untyped, rule: Untyped, value: object, schema: Schema) -> Iterator[ValidationError]:
        if value is not None or not schema.get("nullable"):
            yield from check(validator, rule, value, schema)

    return checked


def _required(_: object, names: Iterable[str], value: object, _schema: Schema) -> Iterator[ValidationError]:
    """As jsonschema's, but the fault lies with the member that is missing."""
    if isinstance(value, dict):
        for name in names:
            if name not in value:
                yield ValidationError("", path=[name])


def _pattern(_: object, pattern: str, value: object, _schema: Schema) -> Iterator[ValidationError]:
    """As jsonschema's, but `$` is the end, as in ECMAScript; Python's matches before a last newline too."""
    if isinstance(value, str) and not _compile_pattern(pattern).search(value):
        yield ValidationError("")


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    # Escapes and classes are stepped over: a `$` inside them is only a dollar.
    parts = r"\\.|\[(?:\\.|[^\]\\])*\]|\$"
    return re.compile(re.sub(parts, lambda part: r"\Z" if part[0] == "$" else part[0], pattern, flags=re.DOTALL))


def _unique(_: object, unique: bool, value: object, _schema: Schema) -> Iterator[ValidationError]:  # noqa: FBT001
    """As jsonschema's, which compares every pair: 64 KiB of `{},` would keep it busy for minutes."""
    if unique and isinstance(value, list):
        written = {json.dumps(item, sort_keys=True) for item in value}
        if len(written) != len(value):
            yield ValidationError("")


_Validator = extend(  # type: ignore[no-untyped-call]  # as types-jsonschema has it
    Draft4Validator,
    {
        "type": _nullable("type"),
        "enum": _nullable("enum"),
        "required": _required,
        "pattern": _pattern,
        "uniqueItems": _unique,
    },
)
