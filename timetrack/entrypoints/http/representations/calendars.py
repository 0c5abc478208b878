"""Time entries as a calendar (iCalendar, RFC 5545)."""

import re
from collections.abc import Iterator
from datetime import datetime

from icalendar import Calendar, Component, Event

from timetrack.domain.model.reporting.reports import Timeline, TimelineEntry

_PRODUCT = "-//TimeTrack//TimeTrack//EN"
_END = b"END:VCALENDAR\r\n"

# RFC 5545 leaves only tabs and line breaks of them in texts.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def write(timeline: Timeline) -> Iterator[bytes]:
    """Yield the calendar, an event at a time."""
    yield _empty_calendar().removesuffix(_END)
    for entry in timeline.entries:
        yield _to_bytes(_event(entry, timeline.as_of))
    yield _END


def _empty_calendar() -> bytes:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "TimeTrack")
    return _to_bytes(calendar)


def _to_bytes(component: Component) -> bytes:
    written: bytes = component.to_ical()
    return written


def _event(entry: TimelineEntry, as_of: datetime) -> Event:
    """Return the entry as an event; a running one ends at the instant of reading."""
    event = Event()
    event.add("uid", f"time-entry-{entry.id}@timetrack")
    event.add("dtstamp", as_of if entry.end is None else entry.updated_at)
    event.add("dtstart", entry.start)
    end = entry.end or as_of
    if end > entry.start:
        event.add("dtend", end)
    event.add("summary", _without_control(entry.task.description))
    if entry.description:
        event.add("description", _without_control(entry.description))
    event.add("status", "TENTATIVE" if entry.end is None else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("sequence", entry.version - 1)
    event.add("created", entry.created_at)
    event.add("last-modified", entry.updated_at)
    return event


def _without_control(text: str) -> str:
    return _CONTROL.sub(" ", text)
