"""One user's requests over HTTP, each sent once: the answer, or that there is none."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from tests.reliability.history import (
    Choose,
    Chosen,
    Look,
    Outcome,
    Refused,
    Request,
    Seen,
    Start,
    Started,
    Stop,
    Stopped,
)

_SERVER_FAILED = 500
_IN_USE = "idempotency_key_in_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user, signed in."""

    user: int
    token: str = field(repr=False)


class Counts:
    """Counts from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def add(self, what: str) -> None:
        """Count one more."""
        with self._lock:
            self._counts[what] += 1

    @property
    def counts(self) -> Mapping[str, int]:
        """Return what was counted so far."""
        with self._lock:
            return dict(self._counts)


class Api:
    """A connection of one client; it counts why outcomes stay unknown."""

    def __init__(self, address: str, account: Account, unknown: Counts) -> None:
        self._address = address
        self._account = account
        self._unknown = unknown
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {account.token}"

    def attempt(self, request: Request, key: str, patience: float) -> Outcome | None:
        """Send a request; None if its outcome is unknown: no answer, a failure of the server, or still under way."""
        try:
            response = self._send(request, key, patience)
        except requests.RequestException:
            self._unknown.add("no answer")
            return None
        if response.status_code >= _SERVER_FAILED:
            self._unknown.add(f"status {response.status_code}")
            return None
        body: dict[str, Any] = response.json()
        if body.get("code") == _IN_USE:
            self._unknown.add(_IN_USE)
            return None
        return _outcome(request, response.status_code, body)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _send(self, request: Request, key: str, patience: float) -> requests.Response:
        method, path, body = _call(request, self._account.user)
        headers = {"Idempotency-Key": key}
        return self._session.request(method, self._address + path, json=body, headers=headers, timeout=patience)


def _call(request: Request, user: int) -> tuple[str, str, Mapping[str, object] | None]:
    match request:
        case Start():
            return "POST", f"/tasks/{request.task}/start", {"switch": request.switch}
        case Stop():
            return "POST", f"/tasks/{request.task}/stop", {}
        case Choose():
            return "PATCH", f"/users/{user}", {"timers": request.timers}
        case Look():
            return "GET", "/time-entries?running=true", None


def _outcome(request: Request, status: int, body: Mapping[str, Any]) -> Outcome:
    match request, status:
        case Start(), 201:
            return Started(entry=body["id"], at=datetime.fromisoformat(body["start"]))
        case Stop(), 200:
            return Stopped(entry=body["id"], at=datetime.fromisoformat(body["end"]))
        case Choose(), 200:
            return Chosen()
        case Look(), 200:
            return Seen(entries=frozenset(entry["id"] for entry in body["items"]))
        case _:
            return Refused(code=body["code"], entry=body.get("time_entry_id"))
