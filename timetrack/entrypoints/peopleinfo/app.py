"""The contract, routed by Connexion to its handlers.

AsyncApp rather than FlaskApp: the handlers only compute or wait, so they need neither Flask nor threads.
"""

import asyncio
import warnings
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from starlette.types import ASGIApp

from timetrack.entrypoints.peopleinfo.handlers import Handlers
from timetrack.resources import resource

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns whoever starts the program about its HTTP client.
    warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")
    import connexion
    from connexion.exceptions import BadRequestProblem
    from connexion.jsonifier import Jsonifier
    from connexion.lifecycle import ConnexionResponse
    from connexion.options import SwaggerUIOptions
    from connexion.resolver import Resolver


def create_app(stopping: asyncio.Event | None = None) -> ASGIApp:
    """Return the service; callers that hang are let go when `stopping` is set."""
    handlers = Handlers(stopping or asyncio.Event())
    operations: dict[str, Callable[..., Any]] = {
        "people.find": handlers.find,
        "service.health": handlers.health,
    }
    app = connexion.AsyncApp(
        __name__,
        jsonifier=Jsonifier(ensure_ascii=False),
        swagger_ui_options=SwaggerUIOptions(swagger_ui=False),
    )
    app.add_api(resource("api", "peopleinfo.yaml"), resolver=Resolver(operations.__getitem__), pythonic_params=True)
    app.add_error_handler(BadRequestProblem, _malformed)
    return cast("ASGIApp", app)


def _malformed(_request: object, _fault: Exception) -> ConnexionResponse:
    # Connexion's own words, in the reply and in the log, would repeat the national ID.
    detail = "passportSerie has to be 4 digits, passportNumber 6 digits"
    return connexion.problem(HTTPStatus.BAD_REQUEST, HTTPStatus.BAD_REQUEST.phrase, detail)
