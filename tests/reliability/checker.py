"""The checker of a run: compares what clients were told with a sequential model, and with what the database holds."""

from collections.abc import Mapping, Sequence

from psycopg import Connection

from tests.reliability.audit import audit
from tests.reliability.history import Operation, by_user
from tests.reliability.linearizability.linearizability import violation
from tests.reliability.linearizability.sequential_model import TimersState, step


def violations(operations: Sequence[Operation]) -> Mapping[int, str]:
    """Return, for each user whose history is not linearizable, why."""
    found = {user: violation(own, step, TimersState()) for user, own in by_user(operations).items()}
    return {user: str(why) for user, why in found.items() if why is not None}


def objections(connection: Connection, operations: Sequence[Operation]) -> Sequence[str]:
    """Return in words every promise that was broken."""
    broken = [f"{number} {fault}" for fault, number in audit(connection, operations).items() if number]
    return [*broken, *(f"user {user}: {why}" for user, why in violations(operations).items())]
