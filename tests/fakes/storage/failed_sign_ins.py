"""Failed sign-ins in memory."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.fakes.storage.database import Session
from tests.fakes.storage.state import State
from timetrack.domain.model.access.sign_ins import LONGEST_MEMORY, SignInLimit

_LONGEST = timedelta(seconds=LONGEST_MEMORY)


class FakeFailedSignIns:
    """See FailedSignIns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seconds_to_wait(self, limits: Sequence[SignInLimit]) -> int:
        """See FailedSignIns.seconds_to_wait."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            waits = [
                _forgiven_at(state, limit, now) - now - timedelta(seconds=(limit.failures - 1) * limit.seconds_each)
                for limit in limits
            ]
            return max(0, *(math.ceil(wait.total_seconds()) for wait in waits))

    def add(self, limits: Sequence[SignInLimit]) -> None:
        """See FailedSignIns.add."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            for limit in limits:
                forgiven_at = _forgiven_at(state, limit, now) + timedelta(seconds=limit.seconds_each)
                state.failed_sign_ins[limit.subject] = min(forgiven_at, now + _LONGEST)


def _forgiven_at(state: State, limit: SignInLimit, now: datetime) -> datetime:
    forgiven_at = state.failed_sign_ins.get(limit.subject, now)
    return forgiven_at if now <= forgiven_at <= now + _LONGEST else now
