"""`application/x-www-form-urlencoded`, as queries and forms are written, read strictly."""

from collections import Counter
from urllib.parse import parse_qsl

_MOST_FIELDS = 50


def read_fields(raw: bytes, *, encoding: str) -> tuple[dict[str, str], frozenset[str]]:
    """Return the values by name, blank ones too, and the names that came more than once.

    Raises:
        ValueError: what came is not in the encoding, stands for bytes that are not UTF-8, or has over 50 fields.
    """
    pairs = parse_qsl(raw.decode(encoding), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    fields = dict(pairs)
    if len(fields) == len(pairs):
        return fields, frozenset()
    return fields, frozenset(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
