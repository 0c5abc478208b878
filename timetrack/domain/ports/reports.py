"""Where reports are summed."""

from typing import Protocol

from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reports import Range, Report


class ReportStore(Protocol):
    """Sums over time entries."""

    def by_task(self, user_id: UserId, range_: Range, time_zone: str) -> Report:
        """Sum a user's time in a range by task, each entry clipped to it; longest first, then by task id.

        The cost depends on the entries in the range. A user without entries, or without existence, has no rows.
        """
