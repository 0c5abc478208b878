"""Content negotiation: the media type in which a caller gets an answer (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.messages.problems import Refusal

JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMATS: Mapping[str, str] = {"json": JSON, "csv": CSV, "xlsx": XLSX}
"""The media types by the names that the parameter `format` has for them."""

_LONGEST = 1_000
"""The most characters of `Accept` that are read: browsers send under 200, and reading 64 KiB would take 95 ms."""


def choose(call: Call, offered: Sequence[str], format_: str | None = None) -> str:
    """Return the media type that the caller prefers, of equal ones the first offered; without `Accept`, the first.

    A `format`, of those that the contract lets pass, wins over `Accept`: who follows a link cannot choose headers.

    What cannot be read of the header, or is over 1,000 characters, accepts nothing.

    Raises:
        Refusal: 406, the caller accepts none of them.
    """
    if format_ is not None:
        return _FORMATS[format_]
    header = call.headers.get("accept", "").strip()
    if not header:
        return offered[0]
    accepted = _accepted(header) if len(header) <= _LONGEST else MIMEAccept()
    best = max(offered, key=accepted.quality)
    if accepted.quality(best) == 0:
        raise Refusal(406, f"this comes as {', '.join(offered)} only")
    return best


def _accepted(header: str) -> MIMEAccept:
    """Return the media ranges with their weights, without parameters: what is offered comes in one form only."""
    ranges = parse_accept_header(header)
    return MIMEAccept([(media_range.partition(";")[0], weight) for media_range, weight in ranges])
