"""The port for background work."""

from typing import Protocol


class Housekeeping(Protocol):
    """Leases, by which one server at a time does a piece of work, and the deletion of what has expired."""

    def take_lease(self, name: str, seconds: float) -> bool:
        """Take a free lease for some time; of several callers at once, exactly one gets it."""

    def sweep(self) -> bool:
        """Delete a batch of expired tokens, of forgiven failures, and of idempotency keys older than 24 hours.

        Return whether that was a full batch, so that there may be more.
        """
