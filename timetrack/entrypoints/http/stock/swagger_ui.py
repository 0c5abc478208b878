"""Swagger UI and the contract, out of the way of everything that is not documentation."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from timetrack.contracts import written_contract
from timetrack.entrypoints.http.edge.documentation import CONTRACT_PATH, CONTRACT_YAML_PATH, is_documentation
from timetrack.entrypoints.http.messages.rendering import to_json

# All references are relative: the page and its contract are found wherever a proxy has them.
_PAGE = f"""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>TimeTrack: its API</title>
    <link rel="service-desc" href="..{CONTRACT_PATH}">
    <link rel="icon" href="favicon-32x32.png">
    <link rel="stylesheet" href="index.css">
    <link rel="stylesheet" href="swagger-ui.css">
    <script src="swagger-ui-bundle.js" defer></script>
    <script src="page.js" defer></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
  </body>
</html>
"""
_SCRIPT = """SwaggerUIBundle({
  url: document.querySelector("link[rel=service-desc]").href,
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""


class Documentation:
    """Serves `/ui` from the files of the package flask-swagger-ui, and the contract as it was written.

    Connexion's own page needs scripts in its HTML, and writes the whole contract anew for each request.
    """

    def __init__(self, app: ASGIApp, *, specification: dict[str, Any]) -> None:
        self._app = app
        self._documentation = Router(
            [
                _fixed(CONTRACT_PATH, to_json(specification), "application/json"),
                _fixed(CONTRACT_YAML_PATH, written_contract(specification), "application/yaml"),
                Route("/ui", _to_page),
                _fixed("/ui/", _PAGE, "text/html"),
                _fixed("/ui/page.js", _SCRIPT, "text/javascript"),
                Mount("/ui", StaticFiles(packages=[("flask_swagger_ui", "dist")])),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve documentation, pass on the rest."""
        documentation = scope["type"] == "http" and is_documentation(scope["path"])
        await (self._documentation if documentation else self._app)(scope, receive, send)


def _fixed(path: str, content: str | bytes, media_type: str) -> Route:
    async def serve(_request: Request) -> Response:
        return Response(content, media_type=media_type)

    return Route(path, serve)


async def _to_page(_request: Request) -> Response:
    return RedirectResponse("/ui/")
