"""The refusals of an OAuth 2.0 token endpoint (RFC 6749, section 5.2), for operations that ask for them.

The contract asks by `x-errors: oauth`. Every error of theirs takes this form, whatever its status: OAuth libraries read
nothing else, and one took a problem for a token.
"""

from typing import Any

from timetrack.domain.errors import CredentialsInvalidError
from timetrack.entrypoints.http.messages.call import Reply
from timetrack.entrypoints.http.messages.problems import Fault, Refusal, as_refusal

_BAD_REQUEST = 400
_CODES = {429: "temporarily_unavailable", 500: "server_error", 503: "temporarily_unavailable"}


def oauth_error(error: Exception) -> Reply[dict[str, Any]]:
    """Return the OAuth error of any error, with its status and headers."""
    if isinstance(error, CredentialsInvalidError):
        return _reply(Refusal(_BAD_REQUEST, str(error)), "invalid_grant")
    refusal = as_refusal(error)
    return _reply(refusal, _CODES.get(refusal.status) or _code_of(refusal))


def _reply(refusal: Refusal, code: str) -> Reply[dict[str, Any]]:
    body = {"error": code, "error_description": _description_of(refusal)}
    return Reply(status=refusal.status, body=body, headers={**refusal.headers, "Cache-Control": "no-store"})


def _code_of(refusal: Refusal) -> str:
    """Another grant than the password's comes first: what it takes is not judged by the rules of this one."""
    codes = {_code_of_fault(fault) for fault in refusal.faults} or {"invalid_request"}
    return min(codes, key=("unsupported_grant_type", "invalid_request", "invalid_scope").index)


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
