"""uvicorn's HTTP, with problem details where it cannot make out a request at all."""

import secrets

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from timetrack.entrypoints.http.problems import Refusal, problem
from timetrack.entrypoints.http.rendering import protective_headers, to_json


class ProblemProtocol(HttpToolsProtocol):
    """What to give `uvicorn.Config` as `http`: no ASGI application sees what is not HTTP."""

    def send_400_response(self, msg: str) -> None:
        """Answer 400 and close; `msg` is uvicorn's, and stays in its log."""
        del msg
        self.transport.write(_malformed())
        self.transport.close()


def _malformed() -> bytes:
    request_id = secrets.token_hex(16)
    reply = problem(Refusal(400, "this is not HTTP that can be read"), request_id=request_id)
    body = to_json(reply.body)
    headers = {
        "content-type": reply.content_type,
        "content-length": str(len(body)),
        "connection": "close",
        "x-request-id": request_id,
        **protective_headers({}, documentation=False),
    }
    lines = ["HTTP/1.1 400 Bad Request", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
