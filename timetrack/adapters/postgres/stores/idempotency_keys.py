"""Idempotency keys in PostgreSQL."""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.domain.errors import IdempotencyKeyInUseError, IdempotencyKeyReusedError
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.ids import UserId
from timetrack.domain.ports.idempotency import AnsweredBefore, KeptAnswer

_SQL = load("idempotency_keys")


class PostgresIdempotencyKeys:
    """Keys and the answers kept under them, over the transaction that has the effect."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, key: IdempotencyKey) -> None:
        """Take a new key until the transaction ends.

        Raises:
            AnsweredBefore: it has an answer, of the same request.
            IdempotencyKeyReusedError: it came with another request.
            IdempotencyKeyInUseError: another transaction holds it.
        """
        claim = self._session.one(_SQL["claim"], _parameters(key), _claim)
        if claim == "in_use":
            raise IdempotencyKeyInUseError
        if claim == "reused":
            raise IdempotencyKeyReusedError
        if claim == "answered":
            answer = self._session.one(_SQL["get_answer"], _parameters(key), _answer)
            assert answer is not None  # noqa: S101 - this transaction holds the key
            raise AnsweredBefore(answer)

    def keep(self, key: IdempotencyKey, answer: KeptAnswer, shows: UserId | None) -> None:
        """Keep an answer under a key that this transaction has claimed."""
        parameters = {
            "status": answer.outcome,
            "headers": Jsonb(dict(answer.labels)),
            "body": answer.content,
            "shows": shows,
        }
        self._session.run(_SQL["save_answer"], _parameters(key) | parameters)

    def number(self, owner: str, most: int) -> int:
        """Return how many keys of an owner are kept, counted up to `most`."""
        return self._session.required(_SQL["number_of_keys"], {"owner": owner, "most": most}, _number)


def _parameters(key: IdempotencyKey) -> dict[str, object]:
    return {"owner": key.owner, "key": key.key, "fingerprint": key.fingerprint}


def _answer(*, status: int, headers: Mapping[str, str], body: bytes) -> KeptAnswer:
    return KeptAnswer(outcome=status, labels=headers, content=body)


def _number(*, number: int) -> int:
    return number


def _claim(*, claim: str) -> str:
    return claim
