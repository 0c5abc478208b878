"""The operations `reports.*`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeVar

from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.reporting.reports import Grouping, Question, Timeline
from timetrack.domain.model.reporting.reports import Report as Answer
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.services.reporting import Reporting
from timetrack.entrypoints.http.contract.schemas_generated import (
    CombinedReport,
    CombinedReportRequest,
    Report,
    ReportRequest,
)
from timetrack.entrypoints.http.handlers.large_answers import LargeAnswers
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.representations import accept, instants, json_bodies, report_csv
from timetrack.entrypoints.http.representations.streamed_json import ROWS_AT_ONCE, streamed

_CALENDAR = "text/calendar"
_JSON = "application/json"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Id = TypeVar("_Id", TaskId, UserId)
_BY_TASK: Sequence[Literal["task"]] = ("task",)


@dataclass(frozen=True, slots=True)
class ReportHandlers:
    """Reports of time, and calendars."""

    reporting: Reporting
    large_answers: LargeAnswers

    def user(self, call: Call, *, id: int, body: ReportRequest) -> Reply[Report | Iterator[bytes]]:
        """Report a user's time."""
        media_type = accept.choose(call, _REPORTS)
        group_by = body.get("group_by") or _BY_TASK
        report = self.reporting.of_user(call.signed_in, UserId(id), _question(body, group_by))
        if media_type == _JSON:
            reply = _json(report, partial(json_bodies.report, report, UserId(id), group_by))
        else:
            reply = _FILES[media_type](report)
        return self._held(call, reply, len(report.rows))

    def many(self, call: Call, *, body: CombinedReportRequest) -> Reply[CombinedReport | Iterator[bytes]]:
        """Report many users' time."""
        media_type = accept.choose(call, _REPORTS)
        group_by = body.get("group_by") or _BY_TASK
        question = replace(
            _question(body, group_by),
            user_ids=_ids(UserId, body.get("user_ids")),
            task_ids=_ids(TaskId, body.get("task_ids")),
        )
        report = self.reporting.of_many(call.signed_in, question)
        if media_type == _JSON:
            reply = _json(report, partial(json_bodies.combined_report, report, group_by))
        else:
            reply = _FILES[media_type](report)
        return self._held(call, reply, len(report.rows))

    def calendar(self, call: Call, *, id: int, from_: str, to: str) -> Reply[Iterator[bytes]]:
        """Get a user's time entries as a calendar."""
        accept.choose(call, [_CALENDAR])
        range_ = Range.of(instants.read(from_), instants.read(to))
        timeline = self.reporting.timeline(call.signed_in, UserId(id), range_)
        reply = _file("time-entries.ics", f"{_CALENDAR}; charset=utf-8", _calendar(timeline))
        return self._held(call, reply, len(timeline.entries))

    def _held(self, call: Call, reply: Reply[Any], rows: int) -> Reply[Any]:
        """Return the reply; one of many rows is one of the few large ones at a time until it is sent."""
        if rows <= ROWS_AT_ONCE:
            return reply
        return replace(reply, body=self.large_answers.hold(call.signed_in.user_id, reply.body))


def _question(body: ReportRequest | CombinedReportRequest, group_by: Sequence[str]) -> Question:
    """Return the question that both kinds of report have in common."""
    return Question(
        range=Range.of(instants.read(body["from"]), instants.read(body["to"])),
        group_by=[Grouping(each) for each in group_by],
        time_zone=body.get("time_zone"),
    )


def _ids(kind: Callable[[int], _Id], given: Iterable[int] | None) -> frozenset[_Id] | None:
    return None if given is None else frozenset(map(kind, given))


def _file(name: str, content_type: str, body: Iterator[bytes]) -> Reply[Iterator[bytes]]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Reply(body=body, content_type=content_type, headers=headers)


def _json(report: Answer, body: Callable[..., Any]) -> Reply[Any]:
    """Return a report as JSON: at once, or in pieces where it has many rows."""
    if len(report.rows) <= ROWS_AT_ONCE:
        return Reply(body=body())
    return Reply(body=streamed(partial(body, with_rows=False), report.rows, json_bodies.report_row))


def _csv(report: Answer) -> Reply[Iterator[bytes]]:
    return _file("report.csv", report_csv.CONTENT_TYPE, report_csv.write(report))


def _xlsx(report: Answer) -> Reply[Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        # Here, where the pieces are made: it takes 50 ms to load, and 3 MiB that most workers never need.
        from timetrack.entrypoints.http.representations import report_xlsx  # noqa: PLC0415

        yield from report_xlsx.write(report)

    return _file("report.xlsx", _XLSX, pieces())


def _calendar(timeline: Timeline) -> Iterator[bytes]:
    from timetrack.entrypoints.http.representations import calendars  # noqa: PLC0415 - as above

    yield from calendars.write(timeline)


_FILES: Mapping[str, Callable[[Answer], Reply[Iterator[bytes]]]] = {
    report_csv.MEDIA_TYPE: _csv,
    _XLSX: _xlsx,
}
_REPORTS = [_JSON, *_FILES]
