"""The server as a process of its own, started from the command line and asked over HTTP."""

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import requests

from tests.declared_problems import assert_declared

ROOT = Path(__file__).resolve().parents[1]
_SERVES = re.compile(r"serves at (http://\S+)")
_PATIENCE = 60.0

PASSWORD = "correct horse"  # noqa: S105 - of made-up users


class NotServingError(Exception):
    """The server ended instead of serving; the message is what it said."""


@dataclass
class RunningServer:
    """A server process; its lines are read to the end, so that it never waits for us."""

    flags: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = (sys.executable, str(ROOT / "cmd" / "server.py"))
    folder: Path | None = None
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [*self.command, "--port", "0", *self.flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            # Whatever a test registers comes from the one address of this machine.
            env={"PATH": "/usr/bin:/bin", "TIMETRACK_REGISTRATIONS_PER_ADDRESS": "0", **self.environment},
        )
        self._serves = threading.Event()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line)
                if _SERVES.search(line):
                    self._serves.set()
        self._serves.set()  # it has ended, and will never serve

    @property
    def address(self) -> str:
        """Return the URL at which it serves, once it does."""
        assert self._serves.wait(_PATIENCE), self.output
        found = _SERVES.search(self.output)
        if found is None:
            raise NotServingError(self.output)
        return found[1]

    @property
    def output(self) -> str:
        """Return what it has logged so far."""
        return "".join(self.lines)

    def call(self, method: str, path: str, *, token: str | None = None, **options: Any) -> requests.Response:  # noqa: ANN401 - what requests takes
        """Send a request and return the response, whatever its status; where none comes, show what the server said."""
        headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        try:
            response = requests.request(method, self.address + path, headers=headers, timeout=30, **options)
        except requests.ConnectionError as error:
            error.add_note(f"the last lines of the server: {''.join(self.lines[-20:])}")
            raise
        if response.headers.get("Content-Type") == "application/problem+json":
            assert_declared(method, path, response.status_code, response.json().get("code"))
        return response

    def register(self, national_id: str, password: str = PASSWORD) -> dict[str, Any]:
        """Register a user."""
        response = self.call("POST", "/users", json={"national_id": national_id, "password": password})
        assert response.status_code == 201, response.text
        user: dict[str, Any] = response.json()
        return user

    def sign_in(self, national_id: str, password: str = PASSWORD) -> str:
        """Return an access token."""
        form = {"grant_type": "password", "username": national_id, "password": password}
        response = self.call("POST", "/auth", data=form)
        assert response.status_code == 200, response.text
        return str(response.json()["access_token"])

    def create_task(self, token: str, description: str = "Write the report") -> int:
        """Return the id of a new task."""
        response = self.call("POST", "/tasks", token=token, json={"description": description})
        assert response.status_code == 201, response.text
        return int(response.json()["id"])

    def end(self, sig: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, and return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        status = self.process.wait(_PATIENCE)
        self._reader.join(_PATIENCE)
        return status

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
