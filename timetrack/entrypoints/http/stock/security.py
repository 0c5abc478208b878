"""Authentication in Connexion's stack: the access token of a request, turned into a caller."""

from collections.abc import Callable
from functools import partial
from typing import Any

from connexion.lifecycle import ConnexionRequest
from connexion.security import NO_VALUE, AbstractSecurityHandler

from timetrack.domain.model.access.caller import Caller
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.credentials import bearer_token
from timetrack.waiting import Greenlets


class BearerSecurity(AbstractSecurityHandler):
    """Connexion's question who is signed in, answered by the context.

    The answer asks a database, so it is found in a greenlet of the event loop.
    """

    def __init__(self, authenticate: Callable[[str], Caller]) -> None:
        self._authenticate = authenticate
        self._greenlets = Greenlets()

    def get_fn(self, _scheme: object, _scopes: object) -> Callable[[ConnexionRequest], Any]:
        """See AbstractSecurityHandler.get_fn."""
        return self._verify

    async def _verify(self, request: ConnexionRequest) -> dict[str, Any]:
        context = RequestContext.of(request.scope)
        token = bearer_token(context.headers)
        context.caller = await self._greenlets.run(partial(self._authenticate, token))
        return {}


class SameToken(AbstractSecurityHandler):
    """The alternative `oauth2`, which is `bearer` with a way to get the token: one of the two asks about it."""

    def get_fn(self, _scheme: object, _scopes: object) -> Callable[[ConnexionRequest], Any]:
        """See AbstractSecurityHandler.get_fn."""
        return lambda _request: NO_VALUE
