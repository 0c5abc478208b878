"""A calm run: nothing is killed, and the workers' memory has to stay what it is, however many requests they answer."""

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlsplit

from bench.memory import Memory, wait_for_rest, workers_of
from tests.processes import eventually
from tests.reliability.fault_run.api import Account
from tests.reliability.killable_server import WORKERS, KillableServer

CLIENTS = 8
CYCLES_IN_ROUND = 100
FEWEST_ROUNDS = 4
MOST_GROWTH_MIB = 3.0
"""MiB a worker may grow after the first round, in which it opens connections, prepares statements, fills caches."""

_FINE = {200, 201}
# As long as it may be, 12 KB when it is sent, so that whoever keeps bodies is soon found out.
_DESCRIPTION = "\N{BEER MUG}" * 1000
_MONTH = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}

Ask = tuple[str, str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalmRun:
    """The result of a run; `memory` is by round, the start first, and by worker, the oldest first."""

    seconds: float
    requests: int
    refused: int
    memory: Sequence[Sequence[Memory]]

    @property
    def growth(self) -> float:
        """By how many MiB the worker that grew most has grown since the first round."""
        return max(last.rss - warm.rss for warm, last in zip(self.memory[1], self.memory[-1], strict=True))

    @property
    def flat(self) -> bool:
        """True where every request did what it should, and no worker grew."""
        return not self.refused and self.growth <= MOST_GROWTH_MIB


def run_calmly(server: KillableServer, *, seconds: float = 0) -> CalmRun:
    """Ask for all that is asked for often, in equal rounds, for so long and for at least a few rounds."""
    parent = server.running.process.pid
    clients = [_Client(server, number) for number in range(CLIENTS)]
    eventually(lambda: len(workers_of(parent)) == WORKERS, "all workers")
    wait_for_rest(parent)
    workers = workers_of(parent)
    began = time.monotonic()
    memory = [[Memory.of(worker) for worker in workers]]
    refused = 0
    while len(memory) <= FEWEST_ROUNDS or time.monotonic() - began < seconds:
        with ThreadPoolExecutor(CLIENTS) as threads:
            refused += sum(threads.map(_Client.round, clients))
        memory.append([Memory.of(worker) for worker in workers])
    return CalmRun(
        seconds=time.monotonic() - began,
        requests=sum(client.requests for client in clients),
        refused=refused,
        memory=memory,
    )


class _Client:
    """A client with a user of its own, so that no start finds a timer running."""

    def __init__(self, server: KillableServer, number: int) -> None:
        national_id = f"1234 {number:06}"
        user = server.running.register(national_id)["id"]
        self._account = Account(user=user, token=server.running.sign_in(national_id))
        self._task = server.running.create_task(self._account.token)
        self._address = urlsplit(server.address).netloc
        self._keys = count()
        self.requests = 0

    def round(self) -> int:
        """Go through the cycle again and again; return how many requests were refused."""
        connection = HTTPConnection(self._address, timeout=30)
        refused = 0
        for _ in range(CYCLES_IN_ROUND):
            for ask in self._cycle():
                refused += self._send(connection, *ask) not in _FINE
        connection.close()
        return refused

    def _cycle(self) -> Iterator[Ask]:
        yield "GET", f"/tasks/{self._task}", None
        yield "GET", "/users?surname=a", None
        yield "POST", f"/tasks/{self._task}/start", {"description": _DESCRIPTION}
        yield "POST", f"/tasks/{self._task}/stop", None
        yield "POST", f"/users/{self._account.user}/report", _MONTH

    def _send(self, connection: HTTPConnection, method: str, path: str, body: object) -> int:
        self.requests += 1
        headers = {"Authorization": f"Bearer {self._account.token}", "Content-Type": "application/json"}
        if method == "POST" and not path.endswith("/report"):
            headers["Idempotency-Key"] = f"{self._account.user}-{next(self._keys)}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        response.read()
        return response.status
