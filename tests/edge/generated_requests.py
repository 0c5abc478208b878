"""Requests to every operation of the contract: right ones, wrong ones, and some that are neither."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from connexion.json_schema import resolve_refs
from hypothesis import strategies as st

from tests.fakes.handlers import TOKEN
from tests.http_clients import request
from timetrack.contracts import read_contract
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.resources import resource


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    query_names: tuple[str, ...]
    required: tuple[tuple[str, Any], ...]
    media_types: tuple[str, ...]
    example: Mapping[str, Any]


def _operations() -> Iterator[Operation]:
    contract = resolve_refs(read_contract(resource("api", "openapi.yaml")))
    for definition in definitions(contract):
        media = definition.operation.get("requestBody", {}).get("content", {})
        in_query = [each for each in definition.parameters if each["in"] == "query"]
        yield Operation(
            method=definition.method.upper(),
            path=definition.path,
            query_names=tuple(each["name"] for each in in_query),
            required=tuple((each["name"], each["example"]) for each in in_query if each.get("required")),
            media_types=tuple(media),
            example=_example(media),
        )


def _example(media: Mapping[str, Any]) -> Mapping[str, Any]:
    for content in media.values():
        examples = [content.get("example"), *(each["value"] for each in content.get("examples", {}).values())]
        return next((each for each in examples if each), {})
    return {}


OPERATIONS = sorted(_operations(), key=lambda each: (each.path, each.method))

# What a value may be besides right: another type, past a bound, in another script, or no text at all.
_JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\x00", "\ud800", "٣", "1e400", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+02:00", "x" * 1001]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
_IDS = st.one_of(
    st.integers(1, 9), st.integers(-1, 2**64), st.sampled_from(["x", "007", "%00", "1%0A", "%2F", "٣", ""])
)
_QUERY_VALUES = st.one_of(st.integers(-1, 101), st.text(max_size=6), st.sampled_from(["\x00", "x" * 300]))
_SIGNED_IN = st.sampled_from(
    [f"Bearer {TOKEN}"] * 8 + [f"bearer  {TOKEN}", "Bearer 8", "Bearer", "Basic Nzo3", "Bearer é"]
)
_FURTHER = st.sampled_from(
    [
        "Idempotency-Key: key",
        "Idempotency-Key: two words",
        'If-Match: "1"',
        'If-None-Match: W/"1"',
        "If-Match: 1",
        "Accept: text/csv",
        "Content-Encoding: gzip",
        "X-Forwarded-For: 192.0.2.1",
        "Host: elsewhere",
        f"Authorization: Bearer {TOKEN}",
    ]
)


@st.composite
def requests(draw: st.DrawFn, operations: Sequence[Operation] = OPERATIONS) -> bytes:
    """One request, as it goes over the wire; its request id is always the same."""
    operation = draw(st.sampled_from(operations))
    media_type, body = draw(_bodies(operation))
    headers = ["X-Request-ID: same", *draw(st.lists(_FURTHER, max_size=1))]
    headers += [f"Authorization: {draw(_SIGNED_IN)}"] if draw(_mostly()) else []
    headers += [f"Content-Type: {media_type}"] if media_type else []
    method = draw(st.sampled_from([operation.method] * 8 + ["HEAD", "PUT", "TRACE"]))
    return request(draw(_targets(operation)), *headers, method=method, body=body)


def _mostly() -> st.SearchStrategy[bool]:
    return st.sampled_from([True] * 7 + [False])


@st.composite
def _targets(draw: st.DrawFn, operation: Operation) -> str:
    path = operation.path
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + str(draw(_IDS)) + rest.partition("}")[2]
    names = st.sampled_from(operation.query_names) if operation.query_names else st.just("surprise")
    fields = draw(st.lists(st.tuples(names, _QUERY_VALUES), max_size=2)) if draw(st.booleans()) else []
    fields += operation.required if draw(_mostly()) else ()
    query = "&".join(f"{name}={quote(str(value))}" for name, value in fields)
    return quote(path, safe="/%") + (f"?{query}" if query else "")


@st.composite
def _bodies(draw: st.DrawFn, operation: Operation) -> tuple[str, bytes]:
    """A media type and a body: the contract's example, changed here and there."""
    if not operation.media_types and draw(_mostly()):
        return "", b""
    members = dict(operation.example)
    if draw(st.booleans()):
        members |= draw(st.dictionaries(st.sampled_from([*members, "surprise"]), _JUNK, max_size=2))
    media_type = draw(
        st.sampled_from([*operation.media_types * 6, "text/plain", "application/json; charset=UTF-16", ""])
    )
    write = partial(json.dumps, ensure_ascii=draw(st.booleans()))
    text = _form(members) if "form" in media_type else write(members)
    return media_type, draw(st.sampled_from([text] * 8 + ["", "null", "{", text + text])).encode("utf-8", "replace")


def _form(members: Mapping[str, Any]) -> str:
    return "&".join(f"{quote(name)}={quote(str(value), errors='replace')}" for name, value in members.items())
