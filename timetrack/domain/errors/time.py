"""Refusals about tasks, timers and time entries."""

from collections.abc import Mapping, Sequence

from timetrack.domain.errors.families import ConflictError, InvalidError, NotFoundError


class TaskNotFoundError(NotFoundError):
    """There is no such task, or it was deleted."""

    code = "task_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such task")


class TimeEntryNotFoundError(NotFoundError):
    """There is no such time entry, or it is not for the caller to see."""

    code = "time_entry_not_found"

    def __init__(self) -> None:
        super().__init__("there is no such time entry")


class TimerAlreadyRunningError(ConflictError):
    """A timer already runs in the lane."""

    code = "timer_already_running"

    def __init__(self, time_entry_id: int | None = None) -> None:
        named = "" if time_entry_id is None else f": time entry {time_entry_id}"
        super().__init__(f"a timer is already running{named}")
        self.time_entry_id = time_entry_id

    def facts(self) -> Mapping[str, object]:
        """See TimeTrackError.facts."""
        return {} if self.time_entry_id is None else {"time_entry_id": self.time_entry_id}


class TimerNotRunningError(ConflictError):
    """The user has no timer running on the task."""

    code = "timer_not_running"

    def __init__(self) -> None:
        super().__init__("no timer of yours is running on this task")


class TimeEntryOverlapError(ConflictError):
    """Time entries of the same lane overlap it; at most ten are named."""

    code = "time_entry_overlap"

    def __init__(self, time_entry_ids: Sequence[int]) -> None:
        named = f": {', '.join(map(str, time_entry_ids))}" if time_entry_ids else ""
        super().__init__(f"other time entries are in the way{named}")
        self.time_entry_ids = tuple(time_entry_ids)

    def facts(self) -> Mapping[str, object]:
        """See TimeTrackError.facts."""
        return {"time_entry_ids": self.time_entry_ids}


class StartInFutureError(InvalidError):
    """A time entry cannot start later than now."""

    code = "start_in_future"
    member = "start"

    def __init__(self) -> None:
        super().__init__("`start` lies in the future")


class EndInFutureError(InvalidError):
    """A time entry cannot end later than now."""

    code = "end_in_future"
    member = "end"

    def __init__(self) -> None:
        super().__init__("`end` lies in the future")


class SwitchTooEarlyError(InvalidError):
    """A switch cannot end the running timer before it started."""

    code = "switch_too_early"
    member = "start"

    def __init__(self) -> None:
        super().__init__("the running timer started later than `start`")


class EndBeforeStartError(InvalidError):
    """A time entry cannot end before it starts."""

    code = "end_before_start"
    member = "end"

    def __init__(self) -> None:
        super().__init__("`end` lies before `start`")


class VersionUnknownError(InvalidError):
    """A time entry can be restored only to a version that it has had."""

    code = "version_unknown"
    member = "version"

    def __init__(self) -> None:
        super().__init__("the time entry has no such version")
