"""Reports of one user's time and of many users'."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import Permission
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.periods import Piece, pieces
from timetrack.domain.model.reporting.reports import Grouping, Question, Report, ReportRow, Timeline
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.model.time.time_zones import require_time_zone, zone
from timetrack.domain.ports.computing import Compute
from timetrack.domain.ports.reporting.reports import Sum, SumQuery
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.erased_text import without_erased_text

_FEW = 400
"""So many days to cut a range at, or rows to make, take a millisecond or two."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """The reports that callers ask for."""

    storage: Storage
    compute: Compute

    def of_user(self, caller: Caller, user_id: UserId, question: Question) -> Report:
        """Report a user's time, in the user's time zone unless another one is asked for.

        Raises:
            NotAllowedError: the caller may not see this user's time.
            UserNotFoundError: there has never been such a user; the hours of an erased one stay.
            UnknownTimeZoneError: there is no such time zone.
            ReportTooLargeError: it would have too many rows.
        """
        Permission.SEE_TIME.require(caller, user_id)
        _require_known_zone(question)
        own = self.storage.users.time_zone(user_id)  # whatever zone is asked for: who never was has no report
        return self._report(replace(question, user_ids=frozenset({user_id})), question.time_zone or own)

    def of_many(self, caller: Caller, question: Question) -> Report:
        """Report the time of the users asked for, or of all that the caller may see; in the caller's own time zone.

        Raises:
            NotAllowedError: the caller may not see the time of one of the users.
            UnknownTimeZoneError: there is no such time zone.
            ReportTooLargeError: it would have too many rows.
        """
        user_ids = _visible(caller, question.user_ids)
        _require_known_zone(question)
        time_zone = question.time_zone or self.storage.users.time_zone(caller.user_id)
        return self._report(replace(question, user_ids=user_ids), time_zone)

    def timeline(self, caller: Caller, user_id: UserId, range_: Range) -> Timeline:
        """Return the time entries of a user that overlap a range.

        Raises:
            NotAllowedError: the caller may not see this user's time.
            UserNotFoundError: there has never been such a user.
            ReportTooLargeError: there are too many.
        """
        Permission.SEE_TIME.require(caller, user_id)
        self.storage.users.time_zone(user_id)
        timeline = self.storage.reports.timeline(user_id, range_)
        return replace(timeline, entries=without_erased_text(self.storage, caller, user_id, timeline.entries))

    def _report(self, question: Question, time_zone: str) -> Report:
        cut = self._cut(question, zone(time_zone))
        summed = self.storage.reports.sum(_query(question, cut))
        rows = self._rows(summed.sums, cut)
        return Report(question=question, time_zone=time_zone, as_of=summed.as_of, rows=rows)

    def _cut(self, question: Question, zone_: ZoneInfo) -> Sequence[Piece]:
        def work() -> Sequence[Piece]:
            return pieces(question.range, zone_, question.units)

        days = (question.range.end - question.range.start).days
        return self.compute(work) if question.units and days > _FEW else work()

    def _rows(self, sums: Sequence[Sum], cut: Sequence[Piece]) -> Sequence[ReportRow]:
        def work() -> Sequence[ReportRow]:
            return [
                ReportRow(duration, entries, cut[piece].names, task, user)
                for piece, duration, entries, task, user in sums
            ]

        return self.compute(work) if len(sums) > _FEW else work()


def _visible(caller: Caller, user_ids: frozenset[UserId] | None) -> frozenset[UserId] | None:
    if user_ids is None:
        return None if caller.role in Permission.SEE_TIME.roles else frozenset({caller.user_id})
    for user_id in user_ids:
        Permission.SEE_TIME.require(caller, user_id)
    return user_ids


def _require_known_zone(question: Question) -> None:
    if question.time_zone is not None:
        require_time_zone(question.time_zone)


def _query(question: Question, cut: Sequence[Piece]) -> SumQuery:
    return SumQuery(
        range=question.range,
        cuts=[piece.start for piece in cut],
        by_task=Grouping.TASK in question.group_by,
        by_user=Grouping.USER in question.group_by,
        user_ids=question.user_ids,
        task_ids=question.task_ids,
    )
