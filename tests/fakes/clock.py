"""A clock that stands still until it is advanced."""

from datetime import UTC, datetime, timedelta

MORNING = datetime(2026, 3, 27, 9, tzinfo=UTC)


class FakeClock:
    """The fake storage's one clock; `now` may be set, back too, and may have fractions of a second."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now

    def advance(self, by: timedelta) -> None:
        """Advance the clock."""
        self.now += by
