"""Which of the offered media types a caller gets."""

import pytest

from timetrack.entrypoints.http.messages.call import Call
from timetrack.entrypoints.http.messages.problems import Refusal
from timetrack.entrypoints.http.representations.accept import choose

OFFERED = ["application/json", "text/csv"]


def chosen(accept: str | None) -> str:
    headers = {} if accept is None else {"accept": accept}
    return choose(
        Call(operation_id="reports.user", path="/", query="", headers=headers, request_id="r"),
        OFFERED,
    )


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/csv", "text/csv"),
        ("Text/CSV; header=present; charset=utf-8", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv, application/json", "application/json"),
        ("text/csv, application/json;q=0.9", "text/csv"),
        ("text/html, */*;q=0.1", "application/json"),
        ("*/*, application/json;q=0", "text/csv"),
        ("text/*;q=0.5, text/csv;q=0.1, application/json;q=0.3", "application/json"),
        ("application/json;Q=0.1, text/csv;q=0.2", "text/csv"),
        ("nonsense, text/csv", "text/csv"),
        ('application/json;a="b, text/html";q=0.1, text/csv;q=0.2', "text/csv"),
        pytest.param(f"text/csv;a={'b' * 989}", "text/csv", id="as long as can be"),
    ],
)
def test_the_best_of_what_is_offered_is_chosen(accept: str | None, media_type: str) -> None:
    assert chosen(accept) == media_type


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "*/*;q=0",
        "nonsense",
        "text/csv;q=2",
        "text/csv;q=nan",
        "text/csv;q=-1",
        ",",
        ";",
        "*",
        "*/csv",
        pytest.param(f"text/csv;a={'b' * 990}", id="too long"),
    ],
)
def test_what_accepts_none_of_it_is_refused(accept: str) -> None:
    with pytest.raises(Refusal) as refused:
        chosen(accept)

    assert (refused.value.status, refused.value.code) == (406, "not_acceptable")
