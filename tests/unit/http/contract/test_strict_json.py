import pytest

from timetrack.entrypoints.http.contract.strict_json import NotJsonError, parse


def test_plain_json_is_read() -> None:
    assert parse('{"a": [1, 2.5, "ü", null, true]}'.encode()) == {"a": [1, 2.5, "ü", None, True]}


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse(b"\xef\xbb\xbf{}") == {}


def test_a_surrogate_pair_is_one_character() -> None:
    assert parse(rb'"\ud83d\ude00"') == "😀"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "is not JSON, from line 1, column 2"),
        (b"\xff", "is not UTF-8"),
        (b"\xef\xbb\xbf", "is not JSON, from line 1, column 1"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "is not JSON, from line 1, column 1"),
        (b" \xef\xbb\xbf{}", "is not JSON, from line 1, column 2"),
        (b'{"a": 1, "a": 1}', "names a member twice"),
        (b'{"a": {"b": 1, "b": 1}}', "names a member twice"),
        (b"NaN", "has a number that JSON does not know"),
        (b"1e400", "has a number that is too large"),
        (b"1" * 21, "has a number that is too large"),
        (rb'"\u0000"', "has characters that are not allowed"),
        (rb'["\udc00"]', "has characters that are not allowed"),
        (rb'{"\ud800": 1}', "has characters that are not allowed"),
        (b"[" * 34 + b"]" * 34, "is nested too deeply"),
        (b"[" * 60000, "is nested too deeply"),
    ],
)
def test_what_parsers_disagree_about_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(NotJsonError, match=f"^{message}$"):
        parse(raw)


def test_nesting_has_a_limit_and_not_less() -> None:
    assert parse(b"[" * 32 + b"]" * 32) is not None
