"""The proof: everything that can be said against what clients were told and what the database holds."""

from collections.abc import Mapping, Sequence

from psycopg import Connection

from tests.reliability.audit import audit
from tests.reliability.history import Operation, by_user
from tests.reliability.linearizability.linearizability import violation
from tests.reliability.linearizability.sequential_model import Lanes, step


def violations(operations: Sequence[Operation]) -> Mapping[int, str]:
    """Return, for each user whose history is not linearizable, why."""
    found = {user: violation(own, step, Lanes()) for user, own in by_user(operations).items()}
    return {user: str(why) for user, why in found.items() if why is not None}


def objections(connection: Connection, operations: Sequence[Operation]) -> Sequence[str]:
    """Return all objections in words, none if every promise was kept."""
    broken = [f"{number} {fault}" for fault, number in audit(connection, operations).items() if number]
    return [*broken, *(f"user {user}: {why}" for user, why in violations(operations).items())]
