"""Path, query and header parameters: parsed strictly, validated, and named as the handlers' arguments."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from timetrack.entrypoints.http.contract.definitions import argument_name
from timetrack.entrypoints.http.contract.schema_rules import Schema, SchemaRules, wrong_type
from timetrack.entrypoints.http.contract.strict_json import has_unstorable_characters
from timetrack.entrypoints.http.contract.urlencoded import read_fields
from timetrack.entrypoints.http.messages.problems import Fault, Place, bad_request, looks_like_name

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_BOOLEANS = {"true": True, "false": False}
_ABSENT = object()
_NO_FIELDS: Mapping[str, str] = {}


class UnsupportedParameterError(Exception):
    """The contract has a parameter of a type or place that is not supported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    name: str
    place: Place
    key: str
    argument: str | None
    convert: Callable[[str], object]
    wrong_type: str
    required: bool
    default: object
    rules: SchemaRules

    @classmethod
    def compile(cls, definition: Schema) -> "_Parameter":
        schema = definition["schema"]
        if definition["in"] not in ("path", "query", "header") or schema.get("type") not in _READERS:
            raise UnsupportedParameterError(f"parameter {definition['name']!r} is of a kind that is not supported")
        name, place = definition["name"], definition["in"]
        return cls(
            name=name,
            place=place,
            key=name.lower() if place == "header" else name,
            argument=None if place == "header" else argument_name(name),
            convert=_READERS[schema["type"]],
            wrong_type=wrong_type(schema["type"]),
            required=definition.get("required", False),
            default=schema.get("default", _ABSENT),
            rules=SchemaRules(schema),
        )

    def read(self, text: str, faults: list[Fault]) -> object:
        """Return the parsed and validated value; on failure add to the faults."""
        if has_unstorable_characters(text):
            return self._fail("has characters that are not allowed", faults)
        try:
            value = self.convert(text)
        except ValueError:
            return self._fail(self.wrong_type, faults)
        faults += self.rules.faults(value, place=self.place, name=self.name)
        return value

    def default_value(self, faults: list[Fault]) -> object:
        """Return the default of a parameter that was not sent; if it is required, add to the faults."""
        return self._fail("is required", faults) if self.required else self.default

    def _fail(self, message: str, faults: list[Fault]) -> object:
        faults.append(Fault(place=self.place, name=self.name, message=message))
        return _ABSENT


class Parameters:
    """The parameters of one operation."""

    def __init__(self, definitions: Sequence[Schema]) -> None:
        """Compile the definitions, references resolved.

        Raises:
            UnsupportedParameterError: one is a cookie, an array or an object.
        """
        self._all = [_Parameter.compile(definition) for definition in definitions]
        self.query_names = frozenset(parameter.name for parameter in self._all if parameter.place == "query")

    def read(self, *, path: Mapping[str, str], query: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return the arguments from path and query, with the contract's defaults; headers are only checked.

        Raises:
            Refusal: 400, with a fault for each parameter that is missing, unknown, repeated or wrong.
        """
        faults: list[Fault] = []
        fields = self._read_query(query, faults) if query else _NO_FIELDS
        texts: dict[Place, Mapping[str, str]] = {"path": path, "query": fields, "header": headers}
        arguments: dict[str, Any] = {}
        for parameter in self._all:
            text = texts[parameter.place].get(parameter.key)
            value = parameter.default_value(faults) if text is None else parameter.read(text, faults)
            if value is not _ABSENT and parameter.argument:
                arguments[parameter.argument] = value
        if faults:
            raise bad_request(*faults)
        return arguments

    def _read_query(self, query: bytes, faults: list[Fault]) -> dict[str, str]:
        try:
            fields, repeated = read_fields(query, encoding="ascii")
        except ValueError as error:
            raise bad_request(Fault(place="query", message="cannot be read")) from error
        unknown = sorted(fields.keys() - self.query_names)
        faults += [_fault_of_query(name, "is not a parameter that is known") for name in unknown]
        faults += [_fault_of_query(name, "is there twice") for name in sorted(repeated & self.query_names)]
        return fields


def _fault_of_query(name: str, message: str) -> Fault:
    """Return what is wrong with a parameter, by its name if it looks like one: else it may be a secret."""
    if looks_like_name(name):
        return Fault(place="query", name=name, message=message)
    return Fault(place="query", message="has a parameter that is not known")


def _integer(text: str) -> int:
    """ASCII digits only, where int() takes those of every script, blanks and underscores."""
    if not _INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text]


_READERS: Mapping[str, Callable[[str], object]] = {"string": str, "integer": _integer, "boolean": _boolean}
