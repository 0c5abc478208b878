"""`application/x-www-form-urlencoded`, as queries and forms are written, read strictly."""

from urllib.parse import parse_qsl

_MOST_FIELDS = 50


def read_fields(raw: bytes, *, encoding: str) -> tuple[dict[str, str], bool]:
    """Return the values by name, blank ones too, and whether a name came twice.

    Raises:
        ValueError: what came is not in the encoding, stands for bytes that are not UTF-8, or has over 50 fields.
    """
    pairs = parse_qsl(raw.decode(encoding), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    fields = dict(pairs)
    return fields, len(fields) != len(pairs)
