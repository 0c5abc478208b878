"""The refusals of an OAuth 2.0 token endpoint (RFC 6749, section 5.2), for operations that ask for them.

The contract asks by `x-errors: oauth`. Only what answers 400 there takes this form; the rest are problems.
"""

from collections.abc import Container
from typing import Any

from timetrack.domain.errors import CredentialsInvalidError
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.http.messages.problems import Fault, Refusal, as_refusal, problem

_BAD_REQUEST = 400


def oauth_error(error: Exception, *, request_id: str, query_names: Container[str] = ()) -> Reply[dict[str, Any]]:
    """Return the OAuth error of what RFC 6749 knows, and the problem of all else; see `problem`."""
    if isinstance(error, CredentialsInvalidError):
        return _reply("invalid_grant", str(error))
    refusal = as_refusal(error)
    if refusal.status == _BAD_REQUEST:
        return _reply(_code_of(refusal), _description_of(refusal))
    return problem(error, request_id=request_id, query_names=query_names)


def _reply(code: str, description: str) -> Reply[dict[str, Any]]:
    body = {"error": code, "error_description": description}
    return Reply(status=_BAD_REQUEST, body=body, headers={"Cache-Control": "no-store"})


def _code_of(refusal: Refusal) -> str:
    """`invalid_request` comes first: a request that is broken otherwise is not judged by its grant."""
    codes = {_code_of_fault(fault) for fault in refusal.faults} or {"invalid_request"}
    return min(codes, key=("invalid_request", "unsupported_grant_type", "invalid_scope").index)


def _code_of_fault(fault: Fault) -> str:
    match fault.pointer, fault.keyword:
        case "/grant_type", "enum":
            return "unsupported_grant_type"
        case "/scope", _:
            return "invalid_scope"
        case _:
            return "invalid_request"


def _description_of(refusal: Refusal) -> str:
    """RFC 6749 allows neither quotes nor backslashes here; our own words have neither."""
    faults = (f"{_name_of(fault)} {fault.message}" for fault in refusal.faults)
    return "; ".join(faults) or refusal.detail


def _name_of(fault: Fault) -> str:
    if fault.pointer:
        return f"`{fault.pointer.removeprefix('/')}`"
    return f"`{fault.name}`" if fault.name else f"the {fault.place}"
