"""RFC 9457 problem details of every error, with one status for each family of the domain's refusals.

Nothing here repeats the values that the caller sent: a fault says what is wrong with one, and not the value.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from timetrack.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    MalformedError,
    NotFoundError,
    StaleError,
    TimeTrackError,
    TokenInvalidError,
    TooManyError,
    UnauthenticatedError,
    UnavailableError,
)
from timetrack.domain.ports.idempotency import RefusedBefore
from timetrack.entrypoints.http.messages.call import REPLAYED, Reply

MEDIA_TYPE = "application/problem+json"

TYPES = "/problems/"
"""The path under which a problem's type is explained, by its code."""

Place = Literal["path", "query", "header", "body"]

_STATUS: Mapping[type[TimeTrackError], int] = {
    MalformedError: 400,
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    StaleError: 412,
    InvalidError: 422,
    TooManyError: 429,
    UnavailableError: 503,
}

# RFC 9110's phrases; those of http.HTTPStatus differ between versions of Python.
_PHRASES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

_WIRE_NAMES = {"range_start": "from", "range_end": "to"}
"""The contract's names of the members that the domain calls otherwise."""

MOST_FAULTS = 10
"""The most faults that a problem names."""

_NAME = re.compile(r"(?!tt_)[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)


def looks_like_name(text: str) -> bool:
    """Tell whether a text that stands where a name belongs may be repeated; a token, or a national ID, is none."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a request; `keyword` is the rule of the contract that it breaks."""

    place: Place
    message: str
    name: str | None = None
    pointer: str | None = None
    keyword: str | None = None

    def as_json(self) -> dict[str, str]:
        """The fault as the contract's `Fault`."""
        members = {"in": self.place, "name": self.name, "pointer": self.pointer, "message": self.message}
        return {name: value for name, value in members.items() if value is not None}


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """A refusal of the edge itself, with its status: the request does not reach a handler, or not the domain."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or _code_of(status)
        self.faults = tuple(faults[:MOST_FAULTS])
        self.headers = dict(headers or {})


def bad_request(*faults: Fault) -> Refusal:
    """The refusal of a request that breaks the contract in these points."""
    return Refusal(400, "the request breaks the contract", faults=faults)


def status_of(error: TimeTrackError) -> int:
    """Return the status of the error's family.

    Raises:
        LookupError: the error belongs to no family, which is a bug.
    """
    for family, status in _STATUS.items():
        if isinstance(error, family):
            return status
    raise LookupError(f"{type(error).__name__} belongs to no family")


def as_refusal(error: Exception, query_names: Container[str] = ()) -> Refusal:
    """Return any error as a refusal; `query_names` as for `problem`. Of a bug it tells only that it is one."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, RefusedBefore):
        return as_refusal(error.refusal, query_names)
    if isinstance(error, TimeTrackError):
        return _refusal_of(error, query_names)
    return Refusal(500, "the server failed; its log has more under this request id", code="internal_error")


def problem(
    error: Exception, *, request_id: str, query_names: Container[str] = (), types: str = TYPES
) -> Reply[dict[str, Any]]:
    """Return the problem details of any error, ready to be sent; `types` goes in front of its code in `type`.

    A member that the domain finds wrong is a query parameter if the operation has one of its name, which
    `query_names` tells, and else a member of the body. A refusal that an idempotency key repeats keeps the request id
    of the first one, as it is the same answer.
    """
    if isinstance(error, RefusedBefore):
        known_by = error.first_request_id or request_id
        first = problem(error.refusal, request_id=known_by, query_names=query_names, types=types)
        return replace(first, headers={**first.headers, **REPLAYED})
    refusal = as_refusal(error, query_names)
    body: dict[str, Any] = {
        "type": f"{types}{refusal.code}",
        "title": phrase_of(refusal.status),
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "request_id": request_id,
    }
    if refusal.faults:
        body["errors"] = [fault.as_json() for fault in refusal.faults]
    if isinstance(error, TimeTrackError):
        body |= error.facts()
    return Reply(status=refusal.status, body=body, headers=refusal.headers, content_type=MEDIA_TYPE)


def phrase_of(status: int) -> str:
    """Return the status's standard reason phrase."""
    return _PHRASES.get(status, "Error")


def _code_of(status: int) -> str:
    return phrase_of(status).lower().replace(" ", "_")


def _refusal_of(error: TimeTrackError, query_names: Container[str]) -> Refusal:
    member = error.member if isinstance(error, InvalidError) else None
    faults = [] if member is None else [_fault_of(member, str(error), query_names)]
    return Refusal(status_of(error), str(error), code=error.code, faults=faults, headers=_headers_of(error))


def _fault_of(member: str, message: str, query_names: Container[str]) -> Fault:
    name = _WIRE_NAMES.get(member, member)
    if name in query_names:
        return Fault(place="query", name=name, message=message)
    return Fault(place="body", pointer=f"/{name}", message=message)


def _headers_of(error: TimeTrackError) -> dict[str, str]:
    headers = {}
    if isinstance(error, UnauthenticatedError):
        # RFC 6750, 3.1: who sent no token at all is not told an error code.
        invalid = isinstance(error, TokenInvalidError)
        headers["WWW-Authenticate"] = 'Bearer error="invalid_token"' if invalid else "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return headers
