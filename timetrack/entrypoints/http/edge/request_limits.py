"""Limits on requests that hold for all operations: sizes, times, repeated headers, encodings."""

import random
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from werkzeug.http import parse_options_header

from timetrack.entrypoints.http.contract.routes import not_found
from timetrack.entrypoints.http.messages.problems import Fault, Refusal, bad_request

MAX_BODY_BYTES = 64 * 1024
"""The largest body that is read."""

MAX_HEAD_BYTES = 64 * 1024
"""The largest head that is read: request line and headers."""

BODY_TIMEOUT = 10.0
"""The seconds in which a body has to come; else each slow client would hold a connection for ever."""

RawHeader = tuple[bytes, bytes]
"""A header as ASGI has it: the name in lower case, and the value."""

_MAX_TYPE_CHARACTERS = 1_000

_NOT_REPEATABLE = frozenset(
    {"authorization", "content-encoding", "content-length", "content-type", "host", "x-request-id"}
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_LENGTH = re.compile(r"[0-9]{1,19}")
# What a decoded path may not hold: control characters, and what stands for bytes that were not UTF-8.
_NOT_PRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufffd]")


def read_headers(raw: Sequence[RawHeader]) -> tuple[dict[str, str], AbstractSet[str]]:
    """Return the headers by name, repeated ones joined (RFC 9110, 5.3), and the names of those repeated."""
    headers = {str(name, "latin-1"): str(value, "latin-1") for name, value in raw}
    return (headers, frozenset()) if len(headers) == len(raw) else _join_repeated(raw)


def _join_repeated(raw: Sequence[RawHeader]) -> tuple[dict[str, str], AbstractSet[str]]:
    headers: dict[str, str] = {}
    repeated = set()
    for raw_name, raw_value in raw:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name in headers:
            repeated.add(name)
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers, repeated


def request_id_of(headers: dict[str, str]) -> str:
    """Return the caller's `X-Request-ID` where it is safe to log, else a new one."""
    given = headers.get("x-request-id")
    return given if given and _REQUEST_ID.fullmatch(given) else new_request_id()


def new_request_id() -> str:
    """Return 128 random bits in hexadecimal; a request id is no secret, so not from the slower `secrets`."""
    return f"{random.getrandbits(128):032x}"


def check_repeated(repeated: AbstractSet[str]) -> None:
    """Refuse a request with a repeated header of which servers might use different ones.

    Raises:
        Refusal: 400, there is such a header.
    """
    faults = [Fault(place="header", name=name, message="is repeated") for name in sorted(repeated & _NOT_REPEATABLE)]
    if faults:
        raise bad_request(*faults)


def check_head(raw: Sequence[RawHeader]) -> None:
    """Limit the size of the headers together, as some of their parsers have no limit of their own.

    Raises:
        Refusal: 431, they are larger.
    """
    if sum(map(len, chain.from_iterable(raw))) > MAX_HEAD_BYTES:
        raise head_too_large()


def head_too_large() -> Refusal:
    """Return the 431 for a head over the limit."""
    return Refusal(431, f"the headers have at most {MAX_HEAD_BYTES} bytes", headers={"Connection": "close"})


def check_target(path: str, raw_path: bytes, query: bytes) -> None:
    """Refuse a target that servers might split into path and parameters in different ways.

    Raises:
        Refusal: 404 for a path with control characters, invalid UTF-8 or an encoded slash; 400 for a query that is
            not ASCII.
    """
    plain = path.isascii() and path.isprintable()
    if not plain and _NOT_PRINTABLE.search(path):
        raise not_found()
    if b"%" in raw_path and b"%2f" in raw_path.lower():
        raise not_found()
    if not query.isascii():
        raise bad_request(Fault(place="query", message="cannot be read"))


def check_length(headers: dict[str, str]) -> None:
    """Refuse a body by its announced length, before it is read.

    Raises:
        Refusal: 400 for a length that is none, 413 for one over the limit.
    """
    announced = headers.get("content-length")
    if announced is None:
        return
    # Blanks around a value are no part of it (RFC 9110, 5.5); the parser leaves those behind it.
    if not _LENGTH.fullmatch(announced.strip(" \t")):
        raise bad_request(Fault(place="header", name="content-length", message="is not a length"))
    if int(announced) > MAX_BODY_BYTES:
        raise body_too_large()


def body_too_large() -> Refusal:
    """Return the 413 for a body over the limit; the rest of it is not read."""
    return Refusal(413, f"a body has at most {MAX_BODY_BYTES} bytes", headers={"Connection": "close"})


def body_too_slow() -> Refusal:
    """Return the 408 for a body that does not come."""
    return Refusal(408, "the body did not come in time", headers={"Connection": "close"})


def media_type_of(headers: dict[str, str]) -> str:
    """Return the media type of a body, in lower case and without parameters.

    Raises:
        Refusal: 415, there is no type, or none that can be read, or the body is compressed or not in UTF-8.
    """
    given = headers.get("content-type", "")
    if "content-encoding" not in headers and _MEDIA_TYPE.fullmatch(given):
        return given
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refusal(415, "encoded bodies are not read", headers={"Accept-Encoding": "identity"})
    media_type, parameters = parse_options_header(given)
    media_type = media_type.lower()
    if len(given) > _MAX_TYPE_CHARACTERS or not _MEDIA_TYPE.fullmatch(media_type):
        raise Refusal(415, "the body has no media type that can be read")
    if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refusal(415, "bodies are read in UTF-8 only")
    return media_type
