"""The operations `reports.*`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeVar, get_args

from timetrack.domain.model.ids import TaskId, UserId
from timetrack.domain.model.reporting.periods import WeekStart
from timetrack.domain.model.reporting.reports import Grouping, Question, Timeline
from timetrack.domain.model.reporting.reports import Report as Answer
from timetrack.domain.model.time.local_days import AskedDays
from timetrack.domain.model.time.ranges import AskedRange
from timetrack.domain.services.reporting import Reporting
from timetrack.entrypoints.http.contract.formats import parse_ids
from timetrack.entrypoints.http.contract.schemas_generated import (
    CombinedReport,
    CombinedReportRequest,
    Report,
    ReportRequest,
)
from timetrack.entrypoints.http.handlers.large_answers import LargeAnswers
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.representations import accept, asked_ranges, instants, json_bodies, report_csv
from timetrack.entrypoints.http.representations.streamed_json import ROWS_AT_ONCE, streamed

_CALENDAR = "text/calendar"
_Id = TypeVar("_Id", TaskId, UserId)
_Word = TypeVar("_Word")
_BY_TASK: Sequence[Literal["task"]] = ("task",)
_USERS_GROUPINGS: Mapping[str, json_bodies.Grouping] = {word: word for word in get_args(json_bodies.Grouping)}
_GROUPINGS: Mapping[str, json_bodies.CombinedGrouping] = {word: word for word in get_args(json_bodies.CombinedGrouping)}


@dataclass(frozen=True, slots=True)
class ReportHandlers:
    """Reports of time, and calendars."""

    reporting: Reporting
    large_answers: LargeAnswers

    def user(self, call: Call, *, id: int, body: ReportRequest) -> Reply[Report | Iterator[bytes]]:
        """Report a user's time."""
        media_type = accept.choose(call, _REPORTS)
        group_by = body.get("group_by") or _BY_TASK
        return self._of_user(call, UserId(id), _asked(body, group_by), group_by, media_type)

    def get_user(
        self,
        call: Call,
        *,
        id: int,
        from_: str | None = None,
        to: str | None = None,
        period: str | None = None,
        time_zone: str | None = None,
        day_starts_at: str | None = None,
        week_starts_on: str | None = None,
        group_by: str | None = None,
        format: str | None = None,
    ) -> Reply[Report | Iterator[bytes]]:
        """Get the report of a user's time."""
        media_type = accept.choose(call, _REPORTS, format)
        groupings = _words(group_by, _USERS_GROUPINGS)
        range_ = asked_ranges.of_query(from_, to, period)
        question = _question(range_, groupings, time_zone, day_starts_at, week_starts_on)
        return self._of_user(call, UserId(id), question, groupings, media_type)

    def many(self, call: Call, *, body: CombinedReportRequest) -> Reply[CombinedReport | Iterator[bytes]]:
        """Report many users' time."""
        media_type = accept.choose(call, _REPORTS)
        group_by = body.get("group_by") or _BY_TASK
        question = _about(_asked(body, group_by), body.get("user_ids"), body.get("task_ids"))
        return self._of_many(call, question, group_by, media_type)

    def get_many(
        self,
        call: Call,
        *,
        from_: str | None = None,
        to: str | None = None,
        period: str | None = None,
        time_zone: str | None = None,
        day_starts_at: str | None = None,
        week_starts_on: str | None = None,
        group_by: str | None = None,
        user_ids: str | None = None,
        task_ids: str | None = None,
        format: str | None = None,
    ) -> Reply[CombinedReport | Iterator[bytes]]:
        """Get the report of many users' time."""
        media_type = accept.choose(call, _REPORTS, format)
        groupings = _words(group_by, _GROUPINGS)
        range_ = asked_ranges.of_query(from_, to, period)
        question = _question(range_, groupings, time_zone, day_starts_at, week_starts_on)
        return self._of_many(call, _about(question, _id_list(user_ids), _id_list(task_ids)), groupings, media_type)

    def calendar(
        self,
        call: Call,
        *,
        id: int,
        from_: str | None = None,
        to: str | None = None,
        period: str | None = None,
        time_zone: str | None = None,
        day_starts_at: str | None = None,
    ) -> Reply[Iterator[bytes]]:
        """Get a user's time entries as a calendar."""
        accept.choose(call, [_CALENDAR])
        days = AskedDays(time_zone=time_zone, starts_at=instants.read_time_of_day(day_starts_at))
        range_ = asked_ranges.of_query(from_, to, period)
        timeline = self.reporting.timeline(call.signed_in, UserId(id), range_, days)
        reply = _file("time-entries.ics", f"{_CALENDAR}; charset=utf-8", _calendar(timeline))
        return self._held(call, reply, len(timeline.entries))

    def _of_user(
        self, call: Call, user_id: UserId, question: Question, group_by: Sequence[json_bodies.Grouping], media_type: str
    ) -> Reply[Report | Iterator[bytes]]:
        report = self.reporting.of_user(call.signed_in, user_id, question)
        return self._replied(call, report, media_type, partial(json_bodies.report, report, user_id, group_by))

    def _of_many(
        self, call: Call, question: Question, group_by: Sequence[json_bodies.CombinedGrouping], media_type: str
    ) -> Reply[CombinedReport | Iterator[bytes]]:
        report = self.reporting.of_many(call.signed_in, question)
        return self._replied(call, report, media_type, partial(json_bodies.combined_report, report, group_by))

    def _replied(self, call: Call, report: Answer, media_type: str, body: Callable[..., Any]) -> Reply[Any]:
        reply = _json(report, body) if media_type == accept.JSON else _FILES[media_type](report)
        return self._held(call, reply, len(report.rows))

    def _held(self, call: Call, reply: Reply[Any], rows: int) -> Reply[Any]:
        """Return the reply; one of many rows is one of the few large ones at a time until it is sent."""
        if rows <= ROWS_AT_ONCE:
            return reply
        return replace(reply, body=self.large_answers.hold(call.signed_in.user_id, reply.body))


def _asked(body: ReportRequest | CombinedReportRequest, group_by: Sequence[str]) -> Question:
    """Return the question that both kinds of body have in common."""
    options = body.get("time_zone"), body.get("day_starts_at"), body.get("week_starts_on")
    return _question(asked_ranges.of_body(body), group_by, *options)


def _question(
    range_: AskedRange,
    group_by: Sequence[str],
    time_zone: str | None,
    day_starts_at: str | None,
    week_starts_on: str | None,
) -> Question:
    return Question(
        range=range_,
        group_by=[Grouping(each) for each in group_by],
        time_zone=time_zone,
        day_starts_at=instants.read_time_of_day(day_starts_at),
        week_starts_on=WeekStart(week_starts_on or WeekStart.MONDAY),
    )


def _about(question: Question, user_ids: Iterable[int] | None, task_ids: Iterable[int] | None) -> Question:
    return replace(question, user_ids=_ids(UserId, user_ids), task_ids=_ids(TaskId, task_ids))


def _words(text: str | None, known: Mapping[str, _Word]) -> Sequence[_Word | Literal["task"]]:
    return _BY_TASK if text is None else [known[word] for word in text.split(",")]


def _id_list(text: str | None) -> Iterable[int] | None:
    return None if text is None else parse_ids(text)


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

    return _file("report.xlsx", accept.XLSX, pieces())


def _calendar(timeline: Timeline) -> Iterator[bytes]:
    from timetrack.entrypoints.http.representations import calendars  # noqa: PLC0415 - as above

    yield from calendars.write(timeline)


_FILES: Mapping[str, Callable[[Answer], Reply[Iterator[bytes]]]] = {
    accept.CSV: _csv,
    accept.XLSX: _xlsx,
}
_REPORTS = [accept.JSON, *_FILES]
