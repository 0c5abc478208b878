"""Entity tags (RFC 9110, section 8.8.3) and conditional requests.

A tag is the version, and behind a dash what else the representation depends on: `"3"`, `"3-masked"` for a caller who
may not see all of a user, `"3-120"` for a timer that has run for 120 seconds. So a 304 is never sent for another
representation, and If-Match compares the version alone, which is all that a change depends on.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from timetrack.domain.model.time.tasks import Task
from timetrack.domain.model.time.time_entries import TimeEntry
from timetrack.domain.model.versions import UNCONDITIONAL, Precondition
from timetrack.domain.services.users import SeenUser
from timetrack.entrypoints.http.messages.call import Call, Reply
from timetrack.entrypoints.http.messages.errors import EntityTagMalformedError

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"\s*{_TAG}\s*(?:,\s*{_TAG}\s*)*")
_STRONG_VERSION = re.compile(r'(?<!W/)"([1-9][0-9]{0,17})(?:-[a-z0-9]+)?"')
_OPAQUE_TAG = re.compile(r'"[^"]*"')

_NONE: Mapping[str, str] = {}

Body = TypeVar("Body")


def of_task(task: Task) -> str:
    """Return the tag of a task, which is its version."""
    return f'"{task.version}"'


def of_user(seen: SeenUser) -> str:
    """Return the tag of a user as the caller sees them."""
    return f'"{seen.user.version}"' if seen.in_full else f'"{seen.user.version}-masked"'


def of_time_entry(entry: TimeEntry) -> str:
    """Return the tag of a time entry, whose duration grows while it runs."""
    if not entry.running:
        return f'"{entry.version}"'
    return f'"{entry.version}-{entry.duration // timedelta(seconds=1)}"'


def precondition(call: Call) -> Precondition:
    """Return the condition in `If-Match`.

    Raises:
        EntityTagMalformedError: the header is neither `*` nor a list of tags.
    """
    header = call.headers.get("if-match")
    if header is None or header.strip() == "*":
        return UNCONDITIONAL
    return Precondition(frozenset(int(version) for version in _STRONG_VERSION.findall(_checked("If-Match", header))))


def tagged(tag: str, body: Body, *, status: int = 200, headers: Mapping[str, str] = _NONE) -> Reply[Body]:
    """Return a reply with the body and its tag."""
    return Reply(status=status, body=body, headers={**headers, "ETag": tag})


def conditional_reply(call: Call, tag: str, body: Body) -> Reply[Body | None]:
    """Return the body with its tag, or a 304 when `If-None-Match` has the tag.

    Raises:
        EntityTagMalformedError: the header is neither `*` nor a list of tags.
    """
    header = call.headers.get("if-none-match")
    if header is not None and (header.strip() == "*" or tag in _OPAQUE_TAG.findall(_checked("If-None-Match", header))):
        return Reply(status=304, body=None, headers={"ETag": tag})
    return tagged(tag, body)


def _checked(name: str, header: str) -> str:
    if not _TAGS.fullmatch(header):
        raise EntityTagMalformedError(name)
    return header
