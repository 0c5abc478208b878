"""The whole application over fakes, as a worker puts it together, with its replies held to the contract."""

import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from tests.fakes.computing import at_once
from tests.fakes.passwords import FakeHasher
from tests.fakes.people_info import FakePeopleInfo
from tests.fakes.storage import FakeStorage
from timetrack.contracts import read_contract
from timetrack.domain.model.access.caller import Caller
from timetrack.domain.services.authentication import DemoAuthentication
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.handlers import Dependencies, handlers
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.resources import resource


class Application:
    """An application in demo mode, where a user's id is their access token.

    It is built once, since that takes as long as hundreds of requests, and then put over one storage after the other.
    """

    def __init__(self) -> None:
        self._put_over(FakeStorage())
        with tempfile.TemporaryDirectory() as folder:
            specification = Path(folder) / "openapi.json"
            specification.write_text(json.dumps(_with_closed_answers()))
            self._app = create_app(
                handlers={name: partial(self._handle, name) for name in self._handlers},
                authenticate=self._authenticate,
                validate_responses=True,
                specification=specification,
            )

    def over(self, storage: FakeStorage) -> ASGIApp:
        """Return the application, from now on over this storage."""
        self._put_over(storage)
        return self._app

    def _put_over(self, storage: FakeStorage) -> None:
        self._authentication = DemoAuthentication(storage, 3600)
        dependencies = Dependencies(
            authentication=self._authentication,
            people=FakePeopleInfo(),
            hasher=FakeHasher(),
            version="1.2.3",
            demo=True,
            registration_open=True,
            registrations_per_address=0,
            obstacle=lambda: None,
            compute=at_once,
        )
        self._handlers = handlers(storage, dependencies)

    def _authenticate(self, token: str) -> Caller:
        return self._authentication.authenticate(token)

    def _handle(self, name: str, call: Call, **arguments: object) -> Reply[object]:
        return self._handlers[name](call, **arguments)


def _with_closed_answers() -> dict[str, Any]:
    """Return the contract with all answers closed: to others they are open, and yet nothing may be in them unsaid."""
    contract = read_contract(resource("api", "openapi.yaml"))
    for name, schema in contract["components"]["schemas"].items():
        if schema["type"] == "object" and name != "Problem":
            schema["additionalProperties"] = False
    return contract
