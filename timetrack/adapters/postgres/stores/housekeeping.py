"""Background work's share of PostgreSQL."""

from timetrack.adapters.postgres.session import Session
from timetrack.adapters.postgres.statements import load

_SQL = load("housekeeping")
_SWEPT = ("tokens", "failed_sign_ins", "idempotency_keys")
_BATCH = 1000


class PostgresHousekeeping:
    """See Housekeeping."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_lease(self, name: str, seconds: float) -> bool:
        """See Housekeeping.take_lease."""
        return self._session.one(_SQL["take_lease"], {"name": name, "seconds": seconds}, _name) is not None

    def sweep(self) -> bool:
        """See Housekeeping.sweep."""
        swept = [self._session.one(_SQL[f"sweep_{table}"], {"batch": _BATCH}, _number) or 0 for table in _SWEPT]
        return any(number >= _BATCH for number in swept)


def _name(*, name: str) -> str:
    return name


def _number(*, number: int) -> int:
    return number
