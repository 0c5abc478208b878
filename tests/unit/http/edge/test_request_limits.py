import pytest

from timetrack.entrypoints.http.edge.request_limits import check_length, check_target, media_type_of, request_id_of
from timetrack.entrypoints.http.messages.problems import Refusal


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=UTF-8", 'application/json;charset="utf8"'],
)
def test_a_media_type_is_made_plain(content_type: str) -> None:
    assert media_type_of({"content-type": content_type}) == "application/json"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "json",
        "*/*",
        "application/json, text/plain",
        "application/json; charset=latin1",
        'a/b;charset="utf-16"',
        pytest.param(f"a/b;c={'d' * 995}", id="long"),
    ],
)
def test_a_media_type_that_is_not_plain_is_refused(content_type: str) -> None:
    with pytest.raises(Refusal) as refused:
        media_type_of({"content-type": content_type})
    assert refused.value.status == 415


@pytest.mark.parametrize("path", ["/a\n", "/a\x00", "/a\x7f", "/a\x85", "/a\ufffd"])
def test_a_path_that_cannot_be_printed_is_not_found(path: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_target(path, path.encode(), b"")
    assert refused.value.status == 404


@pytest.mark.parametrize("given", ["", "a b", "a\n", "x" * 65, "ü"])
def test_a_request_id_that_is_not_fit_is_replaced(given: str) -> None:
    assert len(request_id_of({"x-request-id": given})) == 32


@pytest.mark.parametrize("announced", ["9", "9 ", "9\t ", "0"])
def test_blanks_around_a_length_are_no_part_of_it(announced: str) -> None:
    check_length({"content-length": announced})


@pytest.mark.parametrize("announced", ["", " ", "9 9", "9\x0b", "9\xa0", "+9", "\u0669"])
def test_a_length_is_digits_and_nothing_else(announced: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_length({"content-length": announced})
    assert refused.value.status == 400
