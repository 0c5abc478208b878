"""Which media type a caller would rather have (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Iterator, Sequence

from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.messages.problems import Refusal

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_WEIGHT = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_RANGE = re.compile(rf"{_WORD}/{_WORD}")


def choose(call: Call, offered: Sequence[str]) -> str:
    """Return the media type that the caller prefers, of equal ones the first offered; without `Accept`, the first.

    What cannot be read of the header accepts nothing. Parameters of a media type are passed over: what is offered
    comes in one form only.

    Raises:
        Refusal: 406, the caller accepts none of them.
    """
    header = call.headers.get("accept", "").strip()
    if not header:
        return offered[0]
    ranges = dict(_ranges(header))
    weights = {media_type: _weight(ranges, media_type) for media_type in offered}
    best = max(offered, key=lambda media_type: weights[media_type])
    if weights[best] == 0:
        raise Refusal(406, f"this comes as {', '.join(offered)} only")
    return best


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for element in header.split(","):
        media_range, *parameters = (part.strip().lower() for part in element.split(";"))
        weights = [parameter.removeprefix("q=") for parameter in parameters if parameter.startswith("q=")]
        weight = weights[0] if weights else "1"
        if _RANGE.fullmatch(media_range) and _WEIGHT.fullmatch(weight):
            yield media_range, float(weight)


def _weight(ranges: dict[str, float], media_type: str) -> float:
    """Of several ranges that match, the most specific one holds."""
    for media_range in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0
