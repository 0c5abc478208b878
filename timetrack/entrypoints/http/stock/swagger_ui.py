"""Connexion's Swagger UI, out of the way of everything that is not documentation."""

from typing import Any

from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from timetrack.contracts import written_contract
from timetrack.entrypoints.http.edge.documentation import CONTRACT_PATH, CONTRACT_YAML_PATH, is_documentation
from timetrack.entrypoints.http.messages.rendering import to_json


class Documentation(SwaggerUIMiddleware):
    """Serves `/ui`, and the contract as it was written.

    Connexion resolves, validates and writes the whole contract anew for each request of `/openapi.json`.
    """

    def __init__(self, app: ASGIApp, *, specification: dict[str, Any]) -> None:
        super().__init__(app)
        self._contract = to_json(specification)
        self._contract_yaml = written_contract(specification)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve documentation, pass on the rest."""
        if scope["type"] != "http" or not is_documentation(scope["path"]):
            await self.app(scope, receive, send)
        elif scope["path"] == CONTRACT_PATH:
            await Response(self._contract, media_type="application/json")(scope, receive, send)
        elif scope["path"] == CONTRACT_YAML_PATH:
            await Response(self._contract_yaml, media_type="application/yaml")(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
