"""Request bodies: parsed strictly by media type and validated against the contract."""

from collections.abc import Callable
from functools import partial
from itertools import islice

from timetrack.entrypoints.http.contract import strict_json
from timetrack.entrypoints.http.contract.schema_rules import Schema, SchemaRules
from timetrack.entrypoints.http.contract.strict_json import Json
from timetrack.entrypoints.http.contract.urlencoded import read_fields
from timetrack.entrypoints.http.messages.problems import MOST_FAULTS, Fault, Refusal, bad_request


class UnsupportedBodyError(Exception):
    """The contract has a body of a media type that is not supported."""


class RequestBody:
    """The request body of one operation, by media type."""

    def __init__(self, definition: Schema) -> None:
        """Compile a `requestBody`, references resolved.

        Raises:
            UnsupportedBodyError: it is neither JSON nor a form.
        """
        self._required: bool = definition.get("required", False)
        self._media = {name: _MediaType(name, content["schema"]) for name, content in definition["content"].items()}

    def read(self, content_type: str | None, raw: bytes) -> Json:
        """Return the value, unchanged by defaults; None where an optional body is absent.

        Raises:
            Refusal: 415 for another media type, 400 for a body that breaks the contract.
        """
        if not raw:
            if self._required:
                raise bad_request(Fault(place="body", pointer="", message="is required"))
            return None
        medium = self._media.get(content_type or "")
        if medium is None:
            raise Refusal(415, "the body's media type is not one that this operation reads")
        return medium.read(raw)


def require_no_body(raw: bytes) -> None:
    """Refuse a body where the operation has none; ignored, it might mean something to another server.

    Raises:
        Refusal: 400, there is a body.
    """
    if raw:
        raise bad_request(Fault(place="body", pointer="", message="is not something that this operation takes"))


class _MediaType:
    def __init__(self, media_type: str, schema: Schema) -> None:
        self._parse = _parser(media_type, schema)
        self._rules = SchemaRules(schema)

    def read(self, raw: bytes) -> Json:
        try:
            value = self._parse(raw)
        except ValueError as error:
            raise bad_request(Fault(place="body", pointer="", message=str(error))) from error
        faults = list(islice(self._rules.faults(value, place="body"), MOST_FAULTS))
        if faults:
            raise bad_request(*faults)
        return value


def _parser(media_type: str, schema: Schema) -> Callable[[bytes], Json]:
    if media_type == "application/json" or media_type.endswith("+json"):
        return strict_json.parse
    if media_type == "application/x-www-form-urlencoded":
        return partial(_form, known=frozenset(schema["properties"]))
    raise UnsupportedBodyError(f"bodies of type {media_type!r} are not supported")


def _form(raw: bytes, known: frozenset[str]) -> dict[str, str]:
    """Parse a form. An empty value counts as left out, and a field that is not known is passed over (RFC 6749, 3.2)."""
    try:
        fields, repeated = read_fields(raw, encoding="utf-8")
    except ValueError as error:
        raise ValueError("is not a form") from error
    if repeated & known:
        raise ValueError("has a field twice")
    given = {name: value for name, value in fields.items() if value and name in known}
    if any(map(strict_json.has_unstorable_characters, given.values())):
        raise ValueError("has characters that are not allowed")
    return given
