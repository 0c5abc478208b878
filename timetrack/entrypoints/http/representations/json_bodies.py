"""Domain values as JSON, by the schemas of the contract."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

from typing_extensions import TypedDict

from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.periods import Unit
from timetrack.domain.model.reporting.reports import Report, ReportRow
from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.time.time_entry_history import TimeEntryVersion
from timetrack.domain.services.passwords import ResetCode
from timetrack.domain.services.users import SeenUser
from timetrack.entrypoints.http.contract import schemas_generated as schemas
from timetrack.entrypoints.http.representations.instants import write

_SECOND = timedelta(seconds=1)

Grouping = Literal["task", "day", "week", "month"]
CombinedGrouping = Literal["task", "user", "day", "week", "month"]


def user(seen: SeenUser) -> schemas.User:
    """Return a user as the caller sees them."""
    user = seen.user
    return {
        "id": user.id,
        "national_id": seen.national_id,
        "surname": user.surname,
        "name": user.name,
        "patronymic": user.patronymic,
        "address": seen.address,
        "profile": user.profile.value,
        "role": user.role.value,
        "active": user.active,
        "time_zone": user.time_zone,
        "timers": user.timers.value,
        "created_at": write(user.created_at),
        "updated_at": write(user.updated_at),
    }


def password_reset_code(made: ResetCode) -> schemas.PasswordResetCode:
    """Return a code that resets a password; nothing else ever shows it."""
    reset = made.reset
    return {"id": reset.id, "user_id": reset.user_id, "code": made.code, "expires_at": write(reset.expires_at)}


def task(task: Task) -> schemas.Task:
    """Return a task."""
    return {
        "id": task.id,
        "description": task.description,
        "created_by": task.created_by,
        "created_at": write(task.created_at),
        "updated_at": write(task.updated_at),
    }


def time_entry(entry: TimeEntry) -> schemas.TimeEntry:
    """Return a time entry."""
    return {
        "id": entry.id,
        "user_id": entry.user_id,
        "task_id": entry.task_id,
        "start": write(entry.start),
        "end": None if entry.end is None else write(entry.end),
        "duration": entry.duration // _SECOND,
        "running": entry.running,
        "description": entry.description,
        "suspicious": entry.suspicious,
        "created_at": write(entry.created_at),
        "updated_at": write(entry.updated_at),
    }


def time_entry_version(version: TimeEntryVersion) -> schemas.TimeEntryVersion:
    """Return one version of a time entry."""
    return {
        "version": version.version,
        "action": version.action.value,
        "user_id": version.user_id,
        "task_id": version.task_id,
        "start": write(version.start),
        "end": None if version.end is None else write(version.end),
        "description": version.description,
        "changed_at": write(version.changed_at),
        "changed_by": version.changed_by,
        "token_id": version.token_id,
        "request_id": version.request_id,
    }


def report(report: Report, user_id: UserId, group_by: Sequence[Grouping], *, with_rows: bool = True) -> schemas.Report:
    """Return a user's report, grouped as the request has said."""
    return {
        "user_id": user_id,
        "from": write(report.range.start),
        "to": write(report.range.end),
        "time_zone": report.time_zone,
        "as_of": write(report.as_of),
        "group_by": [*group_by],
        "total": duration(report.total),
        "rows": [report_row(row) for row in report.rows] if with_rows else [],
    }


def combined_report(
    report: Report, group_by: Sequence[CombinedGrouping], *, with_rows: bool = True
) -> schemas.CombinedReport:
    """Return the report of many users, grouped as the request has said."""
    user_ids, task_ids = report.question.user_ids, report.question.task_ids
    return {
        "user_ids": None if user_ids is None else sorted(user_ids),
        "task_ids": None if task_ids is None else sorted(task_ids),
        "from": write(report.range.start),
        "to": write(report.range.end),
        "time_zone": report.time_zone,
        "as_of": write(report.as_of),
        "group_by": [*group_by],
        "total": duration(report.total),
        "rows": [report_row(row) for row in report.rows] if with_rows else [],
    }


class _GroupingMembers(TypedDict, total=False, closed=True):
    day: str
    week: str
    month: str
    user: schemas.ReportUser
    task: schemas.ReportTask


def report_row(row: ReportRow) -> schemas.ReportRow:
    """Return a row of a report."""
    if row.task and not row.user and not row.periods:
        # Most reports are by task alone, and take a faster path.
        task: schemas.ReportTask = {"id": row.task.id, "description": row.task.description}
        return {"task": task, "duration": duration(row.duration), "entries": row.entries}
    return {**_grouping_members(row), "duration": duration(row.duration), "entries": row.entries}


def _grouping_members(row: ReportRow) -> _GroupingMembers:
    members = _period_members(row.periods) if row.periods else _GroupingMembers()
    if row.user is not None:
        members["user"] = {"id": row.user.id, "surname": row.user.surname, "name": row.user.name}
    if row.task is not None:
        members["task"] = {"id": row.task.id, "description": row.task.description}
    return members


def _period_members(periods: Mapping[Unit, str]) -> _GroupingMembers:
    members: _GroupingMembers = {}
    if Unit.MONTH in periods:
        members["month"] = periods[Unit.MONTH]
    if Unit.WEEK in periods:
        members["week"] = periods[Unit.WEEK]
    if Unit.DAY in periods:
        members["day"] = periods[Unit.DAY]
    return members


def duration(span: timedelta) -> schemas.Duration:
    """Return a duration in hours, minutes and seconds, and in seconds alone."""
    total = span.days * 86_400 + span.seconds
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    return {"hours": hours, "minutes": minutes, "seconds": seconds, "total_seconds": total}
