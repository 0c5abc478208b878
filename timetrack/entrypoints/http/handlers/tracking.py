"""The operations `tracking.*`."""

from dataclasses import dataclass

from timetrack.domain.model.ids import TaskId
from timetrack.domain.ports.time.time_entries import StartTimer, StopTimer, Tracked
from timetrack.domain.services.tracking import Tracking
from timetrack.entrypoints.http.contract.schemas_generated import TimeEntry, TimerStart, TimerStop
from timetrack.entrypoints.http.handlers import idempotency_key
from timetrack.entrypoints.http.messages.call import REPLAYED, Call, Reply
from timetrack.entrypoints.http.representations import etags, instants, json_bodies


@dataclass(frozen=True, slots=True)
class TrackingHandlers:
    """Starting and stopping timers."""

    tracking: Tracking

    def start(self, call: Call, *, id: int, body: TimerStart | None = None) -> Reply[TimeEntry]:
        """Start a timer."""
        wanted: TimerStart = body or {}
        command = StartTimer(
            caller=call.signed_in,
            task_id=TaskId(id),
            start=instants.read_optional(wanted.get("start")),
            description=wanted.get("description") or "",
            switch=wanted.get("switch") or False,
            key=idempotency_key.key(call, body),
        )
        tracked = self.tracking.start(command)
        return _reply(tracked, 201, {"Location": f"/time-entries/{tracked.entry.id}"})

    def stop(self, call: Call, *, id: int, body: TimerStop | None = None) -> Reply[TimeEntry]:
        """Stop the timer."""
        command = StopTimer(
            caller=call.signed_in,
            task_id=TaskId(id),
            end=instants.read_optional((body or {}).get("end")),
            key=idempotency_key.key(call, body),
        )
        return _reply(self.tracking.stop(command), 200, {})


def _reply(tracked: Tracked, status: int, headers: dict[str, str]) -> Reply[TimeEntry]:
    if tracked.replayed:
        headers |= REPLAYED
    tag, body = etags.of_time_entry(tracked.entry), json_bodies.time_entry(tracked.entry)
    return etags.tagged(tag, body, status=status, headers=headers)
