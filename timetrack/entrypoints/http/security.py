"""Who asks: the access token of a request, turned into a caller."""

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import AbstractSecurityHandler

from timetrack.domain.errors import TokenInvalidError, TokenMissingError
from timetrack.domain.model.caller import Caller
from timetrack.entrypoints.http.exchange import Exchange

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


class BearerSecurity(AbstractSecurityHandler):  # type: ignore[misc]  # Connexion has no types
    """Connexion's question who is signed in, answered by the exchange.

    The answer may ask a database, so it is found by the executor and not on the event loop.
    """

    def __init__(self, authenticate: Callable[[str], Caller], executor: Executor) -> None:
        self._authenticate = authenticate
        self._executor = executor

    def get_fn(self, _scheme: object, _scopes: object) -> Callable[[ConnexionRequest], Any]:
        """See AbstractSecurityHandler.get_fn."""
        return self._verify

    async def _verify(self, request: ConnexionRequest) -> dict[str, Any]:
        exchange = Exchange.of(request.scope)
        token = bearer_token(exchange.headers)
        loop = asyncio.get_running_loop()
        exchange.caller = await loop.run_in_executor(self._executor, self._authenticate, token)
        return {}
