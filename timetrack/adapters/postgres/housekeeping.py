"""Background work's share of PostgreSQL."""

from timetrack.adapters.postgres.queries import load
from timetrack.adapters.postgres.session import Session

_SQL = load("housekeeping")


class PostgresHousekeeping:
    """See Housekeeping."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def take_lease(self, name: str, seconds: float) -> bool:
        """See Housekeeping.take_lease."""
        return self._session.one(_SQL["take_lease"], {"name": name, "seconds": seconds}, _name) is not None

    def sweep(self) -> None:
        """See Housekeeping.sweep."""
        self._session.run(_SQL["sweep_tokens"], {})
        self._session.run(_SQL["sweep_failed_sign_ins"], {})
        self._session.run(_SQL["sweep_idempotency_keys"], {})


def _name(*, name: str) -> str:
    return name
