"""The operations `reports.*`."""

from dataclasses import dataclass

from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reports import Range
from timetrack.domain.services.reporting import Reporting
from timetrack.entrypoints.http import instants, schemas
from timetrack.entrypoints.http.call import Call, Reply
from timetrack.entrypoints.http.schemas_generated import Report, ReportRequest


@dataclass(frozen=True, slots=True)
class ReportHandlers:
    """Where the time went."""

    reporting: Reporting

    def user(self, call: Call, *, id: int, body: ReportRequest) -> Reply[Report]:
        """Report a user's time."""
        range_ = Range.of(instants.read(body["from"]), instants.read(body["to"]))
        report = self.reporting.by_task(call.signed_in, UserId(id), range_, body.get("time_zone"))
        return Reply(body=schemas.report(report))
