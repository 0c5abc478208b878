"""The access token of a request."""

import re
from collections.abc import Mapping

from timetrack.domain.errors import TokenInvalidError, TokenMissingError

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,512}=*")


def bearer_token(headers: Mapping[str, str]) -> str:
    """Return the access token that came in `Authorization` (RFC 6750, 2.1).

    Raises:
        TokenMissingError: nothing came, or credentials of another scheme.
        TokenInvalidError: what came cannot be a token.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise TokenMissingError
    token = token.strip(" ")
    if not _TOKEN.fullmatch(token):
        raise TokenInvalidError
    return token
