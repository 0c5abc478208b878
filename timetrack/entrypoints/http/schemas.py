"""The domain's nouns as the contract's JSON."""

from datetime import timedelta

from timetrack.domain.model.reports import Report
from timetrack.domain.model.tasks import Task
from timetrack.domain.model.time_entries import TimeEntry
from timetrack.domain.model.time_entry_history import TimeEntryVersion
from timetrack.domain.services.users import SeenUser
from timetrack.entrypoints.http import schemas_generated as contract
from timetrack.entrypoints.http.instants import write

_SECOND = timedelta(seconds=1)


def user(seen: SeenUser) -> contract.User:
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
        "time_zone": user.time_zone,
        "timers": user.timers.value,
        "created_at": write(user.created_at),
        "updated_at": write(user.updated_at),
    }


def task(task: Task) -> contract.Task:
    """Return a task."""
    return {
        "id": task.id,
        "description": task.description,
        "created_by": task.created_by,
        "created_at": write(task.created_at),
        "updated_at": write(task.updated_at),
    }


def time_entry(entry: TimeEntry) -> contract.TimeEntry:
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


def time_entry_version(version: TimeEntryVersion) -> contract.TimeEntryVersion:
    """Return what a time entry was."""
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


def report(report: Report) -> contract.Report:
    """Return a report."""
    return {
        "user_id": report.user_id,
        "from": write(report.range.start),
        "to": write(report.range.end),
        "time_zone": report.time_zone,
        "as_of": write(report.as_of),
        "group_by": ["task"],
        "total": duration(report.total),
        "rows": [
            {
                "task": {"id": row.task_id, "description": row.description},
                "duration": duration(row.duration),
                "entries": row.entries,
            }
            for row in report.rows
        ],
    }


def duration(span: timedelta) -> contract.Duration:
    """Return a duration in hours, minutes and seconds, and in seconds alone."""
    total = span // _SECOND
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    return {"hours": hours, "minutes": minutes, "seconds": seconds, "total_seconds": total}
