"""Starting and stopping timers."""

from dataclasses import dataclass

from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer, Tracked


@dataclass(frozen=True, slots=True)
class Tracking:
    """The operations on timers.

    The store decides in one statement, because whatever is decided before a write can be wrong when it comes to
    the write; its port says what it promises.
    """

    storage: Storage

    def start(self, command: StartTimer) -> Tracked:
        """Start a timer; see `TimeEntryStore.start`."""
        return self.storage.time_entries.start(command)

    def stop(self, command: StopTimer) -> Tracked:
        """Stop a timer; see `TimeEntryStore.stop`."""
        return self.storage.time_entries.stop(command)
