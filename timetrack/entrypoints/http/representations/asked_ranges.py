"""Ranges as requests write them: `from` and `to`, or a `period` in their place."""

from collections.abc import Callable

from timetrack.domain.model.reporting.periods import days_of
from timetrack.domain.model.time.local_days import EARLIEST, LATEST
from timetrack.domain.model.time.ranges import AskedRange, Bound, OpenRange
from timetrack.entrypoints.http.contract.schemas_generated import CombinedReportRequest, ReportRequest
from timetrack.entrypoints.http.messages.problems import Fault, bad_request
from timetrack.entrypoints.http.representations import instants

_Bounds = tuple[Bound | None, Bound | None]
_FaultOf = Callable[[str, str], Fault]


def of_body(body: ReportRequest | CombinedReportRequest) -> AskedRange:
    """Return the range of a body, which has to have both ends.

    Raises:
        Refusal: 400, an end is missing, or there is a period besides.
    """
    start, end = _bounds(body.get("from"), body.get("to"), body.get("period"), _member)
    missing = [name for name, bound in (("from", start), ("to", end)) if bound is None]
    if start is None or end is None:
        raise bad_request(*(_member(name, "is required, if there is no `period`") for name in missing))
    return AskedRange(start=start, end=end)


def of_query(start: str | None, end: str | None, period: str | None) -> AskedRange:
    """Return the range of a query; an end that is left out is that of the calendar.

    Raises:
        Refusal: 400, there is a period besides.
    """
    asked = open_of_query(start, end, period)
    return AskedRange(start=asked.start or EARLIEST, end=asked.end or LATEST)


def open_of_query(start: str | None, end: str | None, period: str | None) -> OpenRange:
    """Return the range of a query, open where an end is left out.

    Raises:
        Refusal: 400, there is a period besides.
    """
    first, last = _bounds(start, end, period, _parameter)
    return OpenRange(start=first, end=last)


def _bounds(start: str | None, end: str | None, period: str | None, fault_of: _FaultOf) -> _Bounds:
    if period is None:
        return instants.read_bound(start), instants.read_bound(end)
    besides = [name for name, text in (("from", start), ("to", end)) if text is not None]
    if besides:
        raise bad_request(*(fault_of(name, "does not go together with `period`") for name in besides))
    return days_of(period)


def _member(name: str, message: str) -> Fault:
    return Fault(place="body", pointer=f"/{name}", message=message)


def _parameter(name: str, message: str) -> Fault:
    return Fault(place="query", name=name, message=message)
