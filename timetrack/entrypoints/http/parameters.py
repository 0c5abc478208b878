"""Path, query and header parameters: read strictly, checked against the contract, named as Python names them."""

import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from timetrack.entrypoints.http.problems import Fault, Place, bad_request
from timetrack.entrypoints.http.schema_rules import Schema, SchemaRules
from timetrack.entrypoints.http.strict_json import unstorable

_MOST_FIELDS = 100
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_BOOLEANS = {"true": True, "false": False}
_ABSENT = object()


class UnsupportedParameterError(Exception):
    """The contract has a parameter of a kind that is not read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    name: str
    place: Place
    type: str
    required: bool
    default: object
    rules: SchemaRules

    @classmethod
    def compile(cls, definition: Schema) -> "_Parameter":
        schema = definition["schema"]
        if definition["in"] not in ("path", "query", "header") or schema.get("type") not in _READERS:
            raise UnsupportedParameterError(f"parameter {definition['name']!r} is of a kind that is not supported")
        return cls(
            name=definition["name"],
            place=definition["in"],
            type=schema["type"],
            required=definition.get("required", False),
            default=schema.get("default", _ABSENT),
            rules=SchemaRules(schema),
        )

    @property
    def argument(self) -> str:
        """The handler's name for it."""
        name = self.name.replace("-", "_")
        return f"{name}_" if keyword.iskeyword(name) else name

    def fault(self, message: str) -> Fault:
        return Fault(place=self.place, name=self.name, message=message)


class Parameters:
    """The parameters of one operation."""

    def __init__(self, definitions: Sequence[Schema]) -> None:
        """Compile the definitions, references resolved.

        Raises:
            UnsupportedParameterError: one is a cookie, an array or an object.
        """
        self._all = [_Parameter.compile(definition) for definition in definitions]
        self._query_names = {parameter.name for parameter in self._all if parameter.place == "query"}

    def read(self, *, path: Mapping[str, str], query: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """Return the arguments from path and query, with the contract's defaults; headers are only checked.

        Raises:
            Refusal: 400, with a fault for each parameter that is missing, unknown, repeated or wrong.
        """
        fields, faults = self._read_query(query)
        texts: dict[Place, Mapping[str, str]] = {"path": path, "query": fields, "header": headers}
        arguments: dict[str, Any] = {}
        for parameter in self._all:
            value, found = _value_of(parameter, texts[parameter.place])
            faults += found
            if parameter.place != "header" and value is not _ABSENT:
                arguments[parameter.argument] = value
        if faults:
            raise bad_request(*faults)
        return arguments

    def _read_query(self, query: bytes) -> tuple[dict[str, str], list[Fault]]:
        pairs = _pairs(query)
        fields = dict(pairs)
        faults = []
        if fields.keys() - self._query_names:
            faults.append(Fault(place="query", message="has a parameter that is not known"))
        if len(fields) != len(pairs):
            faults.append(Fault(place="query", message="has a parameter twice"))
        return fields, faults


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise bad_request(Fault(place="query", message="cannot be read")) from error


def _value_of(parameter: _Parameter, texts: Mapping[str, str]) -> tuple[object, list[Fault]]:
    text = texts.get(parameter.name.lower() if parameter.place == "header" else parameter.name)
    if text is None:
        missing = [parameter.fault("is required")] if parameter.required else []
        return parameter.default, missing
    if unstorable(text):
        return _ABSENT, [parameter.fault("has characters that are not allowed")]
    try:
        value = _READERS[parameter.type](text)
    except ValueError:
        return _ABSENT, [parameter.fault("is of the wrong type")]
    return value, list(_faults(parameter, value))


def _faults(parameter: _Parameter, value: object) -> Iterator[Fault]:
    return parameter.rules.faults(value, place=parameter.place, name=parameter.name)


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
