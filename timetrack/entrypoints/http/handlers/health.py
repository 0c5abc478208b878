"""The operations `health.*`."""

from collections.abc import Callable
from dataclasses import dataclass

from timetrack.domain.errors import NotReadyError
from timetrack.entrypoints.http.contract.schemas_generated import Health, Readiness
from timetrack.entrypoints.http.messages.call import Call, Reply


@dataclass(frozen=True, slots=True)
class HealthHandlers:
    """Probes for whoever runs the server."""

    demo: bool
    is_ready: Callable[[], bool]

    def alive(self, call: Call) -> Reply[Health]:
        """Tell whether the server is alive."""
        return Reply(body={"status": "ok", "demo": self.demo})

    def ready(self, call: Call) -> Reply[Readiness]:
        """Tell whether the server is able to serve."""
        if not self.is_ready():
            raise NotReadyError
        return Reply(body={"status": "ready"})
