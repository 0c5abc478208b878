"""Validation of values against the contract's schemas, compiled once.

jsonschema decides; its messages are replaced by our own, because they repeat the value and the schema.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, cast

from jsonschema import Draft4Validator, ValidationError
from jsonschema.validators import extend

from timetrack.entrypoints.http.contract import formats
from timetrack.entrypoints.http.contract.quick_checks import quick_check
from timetrack.entrypoints.http.messages.problems import Fault, Place, looks_like_name

Schema = Mapping[str, Any]
Untyped = Any
"""A validator, or the value of a keyword: types-jsonschema has no type for them."""

_MESSAGES = {
    "additionalProperties": "has a member that is not known",
    "enum": "is none of {}",
    "maxItems": "has too many items: at most {}",
    "maxLength": "is too long: at most {} characters",
    "maximum": "is too large: at most {}",
    "minItems": "has too few items: at least {}",
    "minLength": "is too short: at least {} characters",
    "minProperties": "has too few members: at least {}",
    "minimum": "is too small: at least {}",
    "pattern": "has characters that are not allowed",
    "required": "is required",
    "type": "is of the wrong type: {} is wanted",
    "uniqueItems": "has an item twice",
}
"""What is said of each keyword; `{}` is what the contract says of it, and never the value that came."""

_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "an integer",
    "object": "an object",
    "string": "a string",
}

_UNKNOWN_MEMBER = "is not a member that is known"


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
    keyword, rule, schema = str(error.validator), str(error.validator_value), cast("Schema", error.schema)
    if error.message == _UNKNOWN_MEMBER:
        return _UNKNOWN_MEMBER
    if keyword == "format":
        return f"is not a valid {rule}{_like(formats.EXAMPLES.get(rule))}"
    if keyword == "pattern" and "x-form" in schema:
        return f"is not of the right form{_like(schema['x-form'])}"
    return _MESSAGES.get(keyword, "is not valid").format(_in_words(keyword, error.validator_value))


def wrong_type(wanted: str) -> str:
    """Return what is said of a value that is not of a type."""
    return _MESSAGES["type"].format(_TYPES[wanted])


def _like(example: str | None) -> str:
    return f", such as `{example}`" if example else ""


def _in_words(keyword: str, rule: Untyped) -> str:
    if keyword == "enum":
        return ", ".join(f"`{each}`" for each in rule if each is not None)
    return _TYPES.get(rule, "") if keyword == "type" else str(rule)


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


def _known(_: object, may_be_more: Untyped, value: object, schema: Schema) -> Iterator[ValidationError]:
    """As jsonschema's, but each member that is not known is named, if what stands for its name looks like one.

    Anything else may be a secret that has slipped into the wrong place.
    """
    if may_be_more is not False or not isinstance(value, dict):
        return
    unknown = [name for name in value if name not in schema.get("properties", ())]
    for name in filter(looks_like_name, unknown):
        yield ValidationError(_UNKNOWN_MEMBER, path=[name])
    if not all(map(looks_like_name, unknown)):
        yield ValidationError("")


_Validator = extend(  # type: ignore[no-untyped-call]  # as types-jsonschema has it
    Draft4Validator,
    {
        "additionalProperties": _known,
        "type": _nullable("type"),
        "enum": _nullable("enum"),
        "required": _required,
        "pattern": _pattern,
        "uniqueItems": _unique,
    },
)
