"""The operations `health.*`."""

from collections.abc import Callable
from dataclasses import dataclass

from timetrack.domain.errors import NotReadyError, Obstacle
from timetrack.entrypoints.http.contract.operations_generated import API_VERSION
from timetrack.entrypoints.http.contract.schemas_generated import Health, Readiness
from timetrack.entrypoints.http.messages.call import Call, Reply


@dataclass(frozen=True, slots=True)
class HealthHandlers:
    """Probes for whoever runs the server."""

    version: str
    demo: bool
    obstacle: Callable[[], Obstacle | None]

    def alive(self, call: Call) -> Reply[Health]:
        """Tell whether the server is alive."""
        return Reply(
            body={"status": "ok", "demo": self.demo, "version": self.version, "api_version": API_VERSION},
        )

    def ready(self, call: Call) -> Reply[Readiness]:
        """Tell whether the server is able to serve."""
        if (obstacle := self.obstacle()) is not None:
            raise NotReadyError(obstacle)
        return Reply(body={"status": "ready"})
