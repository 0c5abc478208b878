"""Failed sign-ins in memory."""

import math
from collections.abc import Sequence
from datetime import timedelta

from tests.fakes.storage.database import Session
from timetrack.domain.model.access.sign_ins import SignInLimit


class FakeFailedSignIns:
    """See FailedSignIns."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def seconds_to_wait(self, limits: Sequence[SignInLimit]) -> int:
        """See FailedSignIns.seconds_to_wait."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            waits = [
                state.failed_sign_ins.get(limit.subject, now)
                - now
                - timedelta(seconds=(limit.failures - 1) * limit.seconds_each)
                for limit in limits
            ]
            return max(0, *(math.ceil(wait.total_seconds()) for wait in waits))

    def add(self, limits: Sequence[SignInLimit]) -> None:
        """See FailedSignIns.add."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            for limit in limits:
                forgiven_at = max(state.failed_sign_ins.get(limit.subject, now), now)
                state.failed_sign_ins[limit.subject] = forgiven_at + timedelta(seconds=limit.seconds_each)
