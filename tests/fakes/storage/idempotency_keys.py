"""Idempotency keys in memory."""

from datetime import timedelta

from tests.fakes.storage.database import FakeDatabase
from tests.fakes.storage.state import KeptKey, State, TimerOutcome
from timetrack.domain.errors import IdempotencyKeyReusedError
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.idempotency import KeptAnswer

_KEPT_FOR = timedelta(hours=24)


def first_answer(database: FakeDatabase, state: State, key: IdempotencyKey) -> KeptAnswer | TimerOutcome | None:
    """Return the answer to the first request with a key; None if this is the first, or that one is a day old.

    Raises:
        IdempotencyKeyReusedError: it was another request.
    """
    sweep(database, state)
    kept = state.kept(key)
    if kept is None:
        return None
    if kept.fingerprint != key.fingerprint:
        raise IdempotencyKeyReusedError
    return kept.answer


def keep(
    database: FakeDatabase,
    state: State,
    key: IdempotencyKey,
    answer: KeptAnswer | TimerOutcome,
    shows: UserId | None = None,
) -> None:
    """Keep the answer to the first request with a key."""
    assert state.kept(key) is None, "a key has two answers"
    state.keys[key.owner, key.key] = KeptKey(
        fingerprint=key.fingerprint, created_at=database.clock.now, answer=answer, shows=shows
    )


def erase(state: State, user_id: UserId) -> None:
    """Delete the answers to a user, and those that show them."""
    state.keys = {
        name: kept for name, kept in state.keys.items() if name[0] != f"user:{user_id}" and kept.shows != user_id
    }


def sweep(database: FakeDatabase, state: State) -> None:
    """Delete the keys that are older than a day."""
    oldest = database.clock.now - _KEPT_FOR
    state.keys = {name: kept for name, kept in state.keys.items() if kept.created_at >= oldest}
