"""From an operationId to the handler, by way of Flask."""

from collections.abc import Callable, Mapping
from functools import partial
from inspect import Signature

import flask
from connexion.resolver import Resolution, Resolver

from timetrack.domain.errors import TokenMissingError
from timetrack.entrypoints.http.compiled.middleware import ConnexionOperation
from timetrack.entrypoints.http.edge.request_context import RequestContext
from timetrack.entrypoints.http.messages.call import Handler
from timetrack.entrypoints.http.messages.rendering import render
from timetrack.entrypoints.http.stock.rebuilt_request import LOOP
from timetrack.waiting import Greenlets


class HandlerResolver(Resolver):
    """Finds handlers in a mapping, so that nothing is global and several applications fit into a process."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        super().__init__()
        greenlets = Greenlets()
        self._views = {name: view_of(name, handler, greenlets) for name, handler in handlers.items()}

    def resolve(self, operation: ConnexionOperation) -> Resolution:
        """See Resolver.resolve."""
        return Resolution(self._views[operation.operation_id], operation.operation_id)


def view_of(operation_id: str, handler: Handler, greenlets: Greenlets) -> Callable[..., flask.Response]:
    """Return a view that has the event loop call the handler, with what the context holds, for its own operation only.

    Werkzeug has chosen the view, Starlette the security and the checks: where they disagree, nothing is done.
    """

    def view(**_bound_by_connexion: object) -> flask.Response:
        scope = flask.request.environ["asgi.scope"]
        context = RequestContext.of(scope)
        context.require(operation_id)
        if context.operation.secured and context.caller is None:
            raise TokenMissingError
        handled = partial(handler, context.call(), **context.arguments)
        status, headers, body = render(greenlets.call(scope[LOOP], handled))
        return _Response(body, status, headers)

    # Connexion looks here for what to bind; told that there is nothing, it does not parse the body once more.
    view.__signature__ = Signature()  # type: ignore[attr-defined]
    # Where the contract is compiled, the handler is called without Flask.
    view.handler = handler  # type: ignore[attr-defined]
    return view


class _Response(flask.Response):
    """A response with the headers of the reply and no others."""

    default_mimetype = None
