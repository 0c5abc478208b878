"""Erasures beside those who delete kept answers that have expired."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from psycopg import Connection

from tests.given import a_key, erase_user
from tests.sql import number
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import UserNotFoundError
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.idempotency import KeptAnswer


def test_an_erasure_waits_for_nobody_who_deletes_an_expired_answer_and_who_may_wait_for_the_user_next(
    storage: PostgresStorage, owner: Connection, another: ThreadPoolExecutor, user: User
) -> None:
    for key in ("expired", "kept"):
        with storage.once(a_key(key)) as once:
            once.keep(KeptAnswer(outcome=200, labels={}, content=b""), shows=user.id)

    with owner.transaction():
        owner.execute("DELETE FROM idempotency_keys WHERE key = 'expired'")
        another.submit(erase_user, storage, user).result(timeout=20)

    with pytest.raises(UserNotFoundError):
        storage.users.get(user.id)
    assert number(owner, "SELECT count(*) FROM idempotency_keys") == 0
