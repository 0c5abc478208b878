"""The port for background work."""

from datetime import datetime
from typing import Protocol


class Housekeeping(Protocol):
    """Leases, by which one server at a time does a piece of work, and the deletion of what has expired."""

    def take_lease(self, name: str, seconds: float) -> datetime | None:
        """Take a free lease for some time and return its end; of several callers at once, exactly one gets it."""

    def extend_lease(self, name: str, held_until: datetime, seconds: float) -> datetime | None:
        """Let a lease that ends at `held_until` end so many seconds from now; None where somebody else has it."""

    def give_back_lease(self, name: str, held_until: datetime) -> None:
        """Let others take the lease at once; where somebody else has it meanwhile, nothing happens."""

    def erase_text(self) -> bool:
        """Take a batch of the free text of an erased user's time, in live entries, each a version more, and in history.

        Return whether there may be more; of several callers at once each user is one's.
        """

    def sweep(self) -> bool:
        """Delete a batch of expired tokens, of forgiven failures, and of idempotency keys older than 24 hours.

        Return whether that was a full batch, so that there may be more.
        """
