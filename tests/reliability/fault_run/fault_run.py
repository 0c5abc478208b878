"""The fault run: many clients on few users, while a nemesis kills one process after the other."""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from tests.reliability.audit import audit
from tests.reliability.checker import violations
from tests.reliability.fault_run.api import Account, Api, Counts
from tests.reliability.fault_run.clients import Client
from tests.reliability.fault_run.nemesis import Nemesis
from tests.reliability.history import Operation, Recorder
from tests.reliability.killable_server import KillableServer

CLIENTS = 16
USERS = 4
TASKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRun:
    """The result of a run: its figures, and the checks that failed."""

    seconds: float
    seed: int
    operations: Sequence[Operation]
    unknown: Mapping[str, int]
    faults: Mapping[str, int]
    broken: Mapping[str, int]
    violations: Mapping[int, str]

    @property
    def undecided(self) -> int:
        """Return the number of operations whose outcome is still unknown after all retries."""
        return sum(operation.outcome is None for operation in self.operations)

    @property
    def flawless(self) -> bool:
        """True where every outcome is known and no check has failed."""
        return not (self.undecided or self.violations or any(self.broken.values()))


def run_with_faults(server: KillableServer, *, seconds: float, seed: int) -> FaultRun:
    """Let the clients work for so long while the nemesis is at work, and then check everything."""
    recorder, unknown = Recorder(), Counts()
    nemesis = Nemesis(server, recorder, seed)
    clients = _clients(server, recorder, unknown, seed)
    began = time.monotonic()
    _work(clients, nemesis, seconds)
    took = time.monotonic() - began
    operations = recorder.operations
    with server.database() as connection:
        broken = audit(connection, operations)
    return FaultRun(
        seconds=took,
        seed=seed,
        operations=operations,
        unknown=unknown.counts,
        faults=nemesis.faults,
        broken=broken,
        violations=violations(operations),
    )


def _clients(server: KillableServer, recorder: Recorder, unknown: Counts, seed: int) -> Sequence[Client]:
    accounts = [_account(server, number) for number in range(USERS)]
    tasks = [server.running.create_task(accounts[0].token) for _ in range(TASKS)]
    return [
        Client(
            name=f"client-{number}",
            api=Api(server.address, account, unknown),
            user=account.user,
            tasks=tasks,
            recorder=recorder,
            chance=Random(f"{seed} {number}"),  # noqa: S311 - a reproducible load, not a secret
        )
        for number, account in enumerate(accounts * (CLIENTS // USERS))
    ]


def _account(server: KillableServer, number: int) -> Account:
    national_id = f"1234 {number:06}"
    user = server.running.register(national_id)["id"]
    return Account(user=user, token=server.running.sign_in(national_id))


def _work(clients: Sequence[Client], nemesis: Nemesis, seconds: float) -> None:
    over = threading.Event()
    with ThreadPoolExecutor(len(clients)) as threads:
        working = [threads.submit(client.run, over) for client in clients]
        try:
            nemesis.run(seconds)
        finally:
            # Also when the nemesis finds that nobody gets on.
            over.set()
    for each in working:
        each.result()
