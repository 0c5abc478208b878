"""Background work's share of PostgreSQL."""

from datetime import datetime

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load

_SQL = load("housekeeping")
_SWEPT = ("tokens", "failed_sign_ins", "idempotency_keys")
_BATCH = 1000


class PostgresHousekeeping:
    """See Housekeeping."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_lease(self, name: str, seconds: float) -> datetime | None:
        """See Housekeeping.take_lease."""
        return self._session.one(_SQL["take_lease"], {"name": name, "seconds": seconds}, _held_until)

    def extend_lease(self, name: str, held_until: datetime, seconds: float) -> datetime | None:
        """See Housekeeping.extend_lease."""
        named = {"name": name, "held_until": held_until, "seconds": seconds}
        return self._session.one(_SQL["extend_lease"], named, _held_until)

    def give_back_lease(self, name: str, held_until: datetime) -> None:
        """See Housekeeping.give_back_lease."""
        self._session.run(_SQL["give_back_lease"], {"name": name, "held_until": held_until})

    def erase_text(self) -> bool:
        """See Housekeeping.erase_text."""
        return self._session.required(_SQL["erase_text"], {"batch": _BATCH}, _number) > 0

    def sweep(self) -> bool:
        """See Housekeeping.sweep."""
        swept = [self._session.one(_SQL[f"sweep_{table}"], {"batch": _BATCH}, _number) or 0 for table in _SWEPT]
        return any(number >= _BATCH for number in swept)


def _held_until(*, held_until: datetime) -> datetime:
    return held_until


def _number(*, number: int) -> int:
    return number
