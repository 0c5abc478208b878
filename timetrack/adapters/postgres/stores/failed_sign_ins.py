"""Failed sign-ins in PostgreSQL."""

from collections.abc import Sequence

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load
from timetrack.domain.model.access.sign_ins import LONGEST_MEMORY, SignInLimit

_SQL = load("failed_sign_ins")


class PostgresFailedSignIns:
    """See FailedSignIns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seconds_to_wait(self, limits: Sequence[SignInLimit]) -> int:
        """See FailedSignIns.seconds_to_wait."""
        full_after = [(limit.failures - 1) * limit.seconds_each for limit in limits]
        parameters = {**_of(limits), "full_after": full_after}
        return self._session.one(_SQL["seconds_to_wait"], parameters, _seconds) or 0

    def add(self, limits: Sequence[SignInLimit]) -> None:
        """See FailedSignIns.add."""
        seconds_each = [limit.seconds_each for limit in limits]
        self._session.run(_SQL["add"], {**_of(limits), "seconds_each": seconds_each})


def _of(limits: Sequence[SignInLimit]) -> dict[str, object]:
    return {"subjects": [limit.subject for limit in limits], "longest": LONGEST_MEMORY}


def _seconds(*, seconds: int) -> int:
    return seconds
