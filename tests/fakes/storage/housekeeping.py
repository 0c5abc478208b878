"""Leases, and the deletion of what has expired, in memory."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.fakes.storage import history, idempotency_keys
from tests.fakes.storage.database import Session
from tests.fakes.storage.state import LONG_AGO
from timetrack.domain.model.time.time_entry_history import Action

_BATCH = 2


class FakeHousekeeping:
    """See Housekeeping."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_lease(self, name: str, seconds: float) -> datetime | None:
        """See Housekeeping.take_lease."""
        now = self._session.database.clock.now
        with self._session.statement() as state:
            if name not in state.leases or now < state.leases[name] <= now + timedelta(seconds=4 * seconds):
                return None
            state.leases[name] = now + timedelta(seconds=seconds)
            return state.leases[name]

    def extend_lease(self, name: str, held_until: datetime, seconds: float) -> datetime | None:
        """See Housekeeping.extend_lease."""
        with self._session.statement() as state:
            if state.leases.get(name) != held_until:
                return None
            state.leases[name] = self._session.database.clock.now + timedelta(seconds=seconds)
            return state.leases[name]

    def give_back_lease(self, name: str, held_until: datetime) -> None:
        """See Housekeeping.give_back_lease."""
        with self._session.statement() as state:
            if state.leases.get(name) == held_until:
                state.leases[name] = LONG_AGO

    def erase_text(self) -> bool:
        """See Housekeeping.erase_text; live entries and history are taken at once."""
        with self._session.statement() as state:
            erased = state.erased_users_time_zones
            live = [each for each in state.time_entries.values() if each.user_id in erased and each.description]
            for entry in live[:_BATCH]:
                blank = replace(entry, description="", version=entry.version + 1, updated_at=self._session.database.now)
                history.write(state, blank, Action.CHANGED, None)
            past = {key: each for key, each in state.history.items() if each.user_id in erased and each.description}
            state.history |= {key: replace(each, description="") for key, each in past.items()}
            return bool(live or past)

    def sweep(self) -> bool:
        """See Housekeeping.sweep; keys are swept all at once."""
        database = self._session.database
        with self._session.statement() as state:
            expired = [digest for digest, token in state.tokens.items() if token.expires_at <= database.clock.now]
            for digest in expired[:_BATCH]:
                del state.tokens[digest]
            now = database.clock.now
            state.failed_sign_ins = {each: at for each, at in state.failed_sign_ins.items() if at > now}
            idempotency_keys.sweep(database, state)
        return len(expired) >= _BATCH
