"""Queries and forms, read by the same reader."""

import pytest

from timetrack.entrypoints.http.contract.urlencoded import read_fields


def test_fields_are_decoded_and_blank_ones_kept() -> None:
    assert read_fields(b"a=1+2%2B&b=&c", encoding="ascii") == ({"a": "1 2+", "b": "", "c": ""}, frozenset())


def test_a_repeated_name_is_told() -> None:
    assert read_fields(b"a=1&a=2", encoding="ascii") == ({"a": "2"}, frozenset({"a"}))


def test_a_form_may_be_in_utf_8_as_it_is() -> None:
    assert read_fields("a=ü".encode(), encoding="utf-8") == ({"a": "ü"}, frozenset())


@pytest.mark.parametrize("raw", ["a=ü".encode(), b"a=%ff", b"a=\xff", b"a=%ed%a0%80", b"&".join([b"a=1"] * 51)])
def test_what_cannot_be_read_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"decode|fields"):
        read_fields(raw, encoding="ascii")
