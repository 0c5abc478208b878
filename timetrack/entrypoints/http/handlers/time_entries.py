"""The operations `time_entries.*`."""

from dataclasses import dataclass

from timetrack.domain.model.ids import TaskId, TimeEntryId, UserId
from timetrack.domain.model.time.local_days import AskedDays
from timetrack.domain.model.time.time_entries import UNCHANGED, TimeEntryByHand, TimeEntryChange, TimeEntryFilter
from timetrack.domain.model.time.time_entries import TimeEntry as Entry
from timetrack.domain.services.time_entries import TimeEntries
from timetrack.entrypoints.http.contract.schemas_generated import (
    TimeEntry,
    TimeEntryHistoryPage,
    TimeEntryPage,
    TimeEntryPatch,
    TimeEntryReplacement,
    TimeEntryRestoration,
    TimeEntryWrite,
)
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.representations import asked_ranges, etags, instants, json_bodies
from timetrack.entrypoints.http.representations.pages import Pages

_PAGES = Pages("time_entries")
_VERSIONS = Pages("history")


@dataclass(frozen=True, slots=True)
class TimeEntryHandlers:
    """Time entries: made by hand, corrected, and their history."""

    entries: TimeEntries

    def list(
        self,
        call: Call,
        *,
        user_id: int | None = None,
        task_id: int | None = None,
        running: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
        period: str | None = None,
        time_zone: str | None = None,
        day_starts_at: str | None = None,
        limit: int,
        cursor: str | None = None,
    ) -> Reply[TimeEntryPage]:
        """List time entries."""
        filters = TimeEntryFilter(
            user_id=call.signed_in.user_id if user_id is None else UserId(user_id),
            task_id=None if task_id is None else TaskId(task_id),
            running=running,
        )
        between = asked_ranges.open_of_query(from_, to, period)
        days = AskedDays(time_zone=time_zone, starts_at=instants.read_time_of_day(day_starts_at))
        page = self.entries.list(call.signed_in, filters, _PAGES.request(limit, cursor), between, days)
        return _PAGES.reply(call, page, json_bodies.time_entry)

    def create(self, call: Call, *, body: TimeEntryWrite) -> Reply[TimeEntry]:
        """Create a time entry by hand."""
        by_hand = TimeEntryByHand(
            user_id=UserId(body.get("user_id") or call.signed_in.user_id),
            task_id=TaskId(body["task_id"]),
            start=instants.read(body["start"]),
            end=instants.read_optional(body.get("end")),
            description=body.get("description") or "",
        )
        entry = self.entries.create(call.signed_in, by_hand)
        headers = {"Location": f"/time-entries/{entry.id}"}
        return etags.tagged(etags.of_time_entry(entry), json_bodies.time_entry(entry), status=201, headers=headers)

    def get(self, call: Call, *, id: int) -> Reply[TimeEntry | None]:
        """Get a time entry."""
        entry = self.entries.get(call.signed_in, TimeEntryId(id))
        return etags.conditional_reply(call, etags.of_time_entry(entry), json_bodies.time_entry(entry))

    def replace(self, call: Call, *, id: int, body: TimeEntryReplacement) -> Reply[TimeEntry]:
        """Correct a time entry."""
        return self._change(call, id, body)

    def change(self, call: Call, *, id: int, body: TimeEntryPatch) -> Reply[TimeEntry]:
        """Correct some members of a time entry."""
        return self._change(call, id, body)

    def _change(self, call: Call, id: int, body: TimeEntryReplacement | TimeEntryPatch) -> Reply[TimeEntry]:
        return _reply(self.entries.change(call.signed_in, TimeEntryId(id), _change(body), etags.precondition(call)))

    def delete(self, call: Call, *, id: int) -> Reply[None]:
        """Delete a time entry."""
        self.entries.delete(call.signed_in, TimeEntryId(id), etags.precondition(call))
        return Reply(status=204, body=None)

    def history(self, call: Call, *, id: int, limit: int, cursor: str | None = None) -> Reply[TimeEntryHistoryPage]:
        """List the versions of a time entry."""
        page = self.entries.history(call.signed_in, TimeEntryId(id), _VERSIONS.request(limit, cursor))
        return _VERSIONS.reply(call, page, json_bodies.time_entry_version)

    def restore(self, call: Call, *, id: int, body: TimeEntryRestoration) -> Reply[TimeEntry]:
        """Restore a version of a time entry."""
        return _reply(self.entries.restore(call.signed_in, TimeEntryId(id), body["version"]))


def _change(body: TimeEntryReplacement | TimeEntryPatch) -> TimeEntryChange:
    return TimeEntryChange(
        task_id=TaskId(body["task_id"]) if "task_id" in body else None,
        start=instants.read_optional(body.get("start")),
        end=instants.read_optional(body["end"]) if "end" in body else UNCHANGED,
        description=body.get("description"),
    )


def _reply(entry: Entry) -> Reply[TimeEntry]:
    return etags.tagged(etags.of_time_entry(entry), json_bodies.time_entry(entry))
