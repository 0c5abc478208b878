"""The same handlers behind Connexion's FlaskApp as it comes, for comparison: all defaults, nothing compiled."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import flask
from connexion import FlaskApp
from connexion.resolver import Resolver
from connexion.security import BearerSecurityHandler

from timetrack.adapters.passwords import Argon2Hasher
from timetrack.adapters.peopleinfo import PeopleInfoClient
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import open_storage
from timetrack.contracts import read_contract
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.services.authentication import PasswordAuthentication
from timetrack.entrypoints.http.contract.definitions import definitions
from timetrack.entrypoints.http.handlers import Dependencies, handlers
from timetrack.entrypoints.http.messages.call import Call, Handler
from timetrack.resources import resource
from timetrack.version import version

View = Callable[..., tuple[Any, int, Mapping[str, str]]]


def create() -> FlaskApp:
    """Return the application, for `uvicorn --factory`."""
    storage = ExitStack().enter_context(open_storage(os.environ["BENCH_DATABASE_URL"], PoolLimits()))
    hasher = Argon2Hasher()
    authentication = PasswordAuthentication(storage, hasher, TokenLifetime(absolute=3600, idle=3600))
    people = PeopleInfoClient("http://127.0.0.1:9", timeout=1)
    world = Dependencies(
        authentication=authentication,
        people=people,
        hasher=hasher,
        registration_open=True,
        registrations_per_address=0,
        version=version(),
        demo=False,
        obstacle=storage.obstacle,
        compute=lambda work: work(),
    )
    with_body = set(_with_body())
    views = {
        name: _view(name, handler, takes_body=name in with_body) for name, handler in handlers(storage, world).items()
    }
    app = FlaskApp("plain")
    app.add_api(
        resource("api", "openapi.yaml"),
        resolver=Resolver(views.__getitem__),
        security_map={"bearer": lambda: _Bearer(authentication)},
    )
    return app


class _Bearer(BearerSecurityHandler):  # type: ignore[misc]  # Connexion has no types
    """Connexion's own, but for where it finds its function: not by a name in the contract."""

    def __init__(self, authentication: PasswordAuthentication) -> None:
        self._authentication = authentication

    def _resolve_func(self, _: object) -> Callable[[str], dict[str, Any]]:
        return lambda token: {"sub": "caller", "caller": self._authentication.authenticate(token)}


def _with_body() -> Iterator[str]:
    operations = (each.operation for each in definitions(read_contract(resource("api", "openapi.yaml"))))
    return (each["operationId"] for each in operations if "requestBody" in each)


def _view(name: str, handler: Handler, *, takes_body: bool) -> View:
    """Return what Connexion calls; it binds parameters and body by name."""

    def view(body: Any = None, token_info: Any = None, **parameters: Any) -> tuple[Any, int, Mapping[str, str]]:  # noqa: ANN401 - Connexion has no types
        request = flask.request
        call = Call(
            operation_id=name,
            path=request.path,
            query=request.query_string.decode(),
            headers={header.lower(): value for header, value in request.headers.items()},
            request_id="bench",
            caller=token_info and token_info["caller"],
        )
        given = {each: parameters[each] for each in parameters if each != "user"}
        reply = handler(call, **given, **({"body": body or None} if takes_body else {}))
        return reply.body, reply.status, {"Content-Type": reply.content_type, **reply.headers}

    return view
