"""Reports of one user's time and of many users'."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from timetrack.domain.model.access.caller import Caller
from timetrack.domain.model.access.permissions import Permission
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.periods import Piece, pieces
from timetrack.domain.model.reporting.reports import Grouping, Question, Report, ReportRow, Timeline
from timetrack.domain.model.time.local_days import OWN_DAYS, AskedDays, LocalDays
from timetrack.domain.model.time.ranges import AskedRange, Range
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
            RangeReversedError, RangeTooLongError: the range is none that may be asked for.
            ReportTooLargeError: it would have too many rows.
        """
        Permission.SEE_TIME.require(caller, user_id)
        question.days.require_known_zone()
        own = self.storage.users.time_zone(user_id)  # whatever zone is asked for: who never was has no report
        return self._report(replace(question, user_ids=frozenset({user_id})), question.time_zone or own)

    def of_many(self, caller: Caller, question: Question) -> Report:
        """Report the time of the users asked for, or of all that the caller may see; in the caller's own time zone.

        Raises:
            NotAllowedError: the caller may not see the time of one of the users.
            UnknownTimeZoneError: there is no such time zone.
            RangeReversedError, RangeTooLongError: the range is none that may be asked for.
            ReportTooLargeError: it would have too many rows.
        """
        user_ids = _visible(caller, question.user_ids)
        question.days.require_known_zone()
        time_zone = question.time_zone or self.storage.users.time_zone(caller.user_id)
        return self._report(replace(question, user_ids=user_ids), time_zone)

    def timeline(self, caller: Caller, user_id: UserId, asked: AskedRange, days: AskedDays = OWN_DAYS) -> Timeline:
        """Return the time entries of a user that overlap a range; dates are of the user's time zone, or of one named.

        Raises:
            NotAllowedError: the caller may not see this user's time.
            UserNotFoundError: there has never been such a user.
            UnknownTimeZoneError: there is no such time zone.
            RangeReversedError: the range ends before it starts.
            ReportTooLargeError: there are too many.
        """
        Permission.SEE_TIME.require(caller, user_id)
        days.require_known_zone()
        range_ = asked.in_days(days.of_user(self.storage.users.time_zone(user_id)))
        timeline = self.storage.reports.timeline(user_id, range_)
        return replace(timeline, entries=without_erased_text(self.storage, caller, user_id, timeline.entries))

    def _report(self, question: Question, time_zone: str) -> Report:
        days = question.days.of_user(time_zone)
        range_ = question.range.in_days(days)
        if question.units:
            range_ = range_.for_periods()
        cut = self._cut(question, range_, days)
        summed = self.storage.reports.sum(_query(question, range_, cut))
        rows = self._rows(summed.sums, cut)
        return Report(question=question, range=range_, time_zone=time_zone, as_of=summed.as_of, rows=rows)

    def _cut(self, question: Question, range_: Range, days: LocalDays) -> Sequence[Piece]:
        def work() -> Sequence[Piece]:
            return pieces(range_, days, question.units, question.week_starts_on)

        many = (range_.end - range_.start).days > _FEW
        return self.compute(work) if question.units and many else work()

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


def _query(question: Question, range_: Range, cut: Sequence[Piece]) -> SumQuery:
    return SumQuery(
        range=range_,
        cuts=[piece.start for piece in cut],
        by_task=Grouping.TASK in question.group_by,
        by_user=Grouping.USER in question.group_by,
        user_ids=question.user_ids,
        task_ids=question.task_ids,
    )
