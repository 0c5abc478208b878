"""Who asks: the access token of a request, turned into a caller."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import AbstractSecurityHandler

from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.credentials import bearer_token


class BearerSecurity(AbstractSecurityHandler):  # type: ignore[misc]  # Connexion has no types
    """Connexion's question who is signed in, answered by the context.

    The answer may ask a database, so it is found by the executor and not on the event loop.
    """

    def __init__(self, authenticate: Callable[[str], Caller], executor: Executor) -> None:
        self._authenticate = authenticate
        self._executor = executor

    def get_fn(self, _scheme: object, _scopes: object) -> Callable[[ConnexionRequest], Any]:
        """See AbstractSecurityHandler.get_fn."""
        return self._verify

    async def _verify(self, request: ConnexionRequest) -> dict[str, Any]:
        context = RequestContext.of(request.scope)
        token = bearer_token(context.headers)
        loop = asyncio.get_running_loop()
        context.caller = await loop.run_in_executor(self._executor, self._authenticate, token)
        return {}
