from datetime import UTC, date, datetime, time

import pytest

from timetrack.entrypoints.http.contract.formats import (
    CHECKER,
    EXAMPLES,
    KNOWN,
    parse_bound,
    parse_ids,
    parse_instant,
    parse_time_of_day,
)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-28T09:00:00Z", datetime(2026, 3, 28, 9, tzinfo=UTC)),
        ("2026-03-28t09:00:00z", datetime(2026, 3, 28, 9, tzinfo=UTC)),
        ("2026-03-28T09:00:00+02:00", datetime(2026, 3, 28, 7, tzinfo=UTC)),
        ("2026-03-28T09:00:00+0200", datetime(2026, 3, 28, 7, tzinfo=UTC)),
        ("2026-03-28T09:00:00-0930", datetime(2026, 3, 28, 18, 30, tzinfo=UTC)),
        ("2026-03-28T09:00:00+02", datetime(2026, 3, 28, 7, tzinfo=UTC)),
        ("2026-03-28T09:00:00.123456789-00:00", datetime(2026, 3, 28, 9, 0, 0, 123456, tzinfo=UTC)),
    ],
)
def test_an_instant_of_any_offset_is_read_in_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "now",
        "2026-03-28",
        "2026-03-28 09:00:00Z",
        "2026-03-28T09:00:00",
        "2026-03-28T24:00:00Z",
        "2026-03-28T09:00:60Z",
        "2026-02-29T09:00:00Z",
        "2026-03-28T09:00:00+24:00",
        "2026-03-28T09:00:00+2",
        "2026-03-28T09:00:00+020",
        "2026-03-28T09:00:00+02:0",
        "2026-03-28T09:00:00+0260",
        "20260328T090000Z",
        "2026-03-28T09:00:00Z\n",
        "\uff12026-03-28T09:00:00Z",
        "0000-02-30T00:00:00Z",
        "2026-03-28T23:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
    ],
)
def test_anything_else_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_instant(text)
    assert not CHECKER.conforms(text, "date-time")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60.75Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-01-01T00:59:60+01:00", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2015-06-30T18:59:60-0500", datetime(2015, 7, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:60Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_leap_second_counts_as_the_second_behind_it(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("0001-01-01T00:00:00+00:01", datetime(1, 1, 1, tzinfo=UTC)),
        ("0000-02-29T12:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("0000-12-31T23:59:59-12:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-00:01", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_outside_the_calendar_is_its_first_or_last_second(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


def test_a_bound_is_a_date_or_an_instant() -> None:
    assert parse_bound("2026-03-29") == date(2026, 3, 29)
    assert parse_bound("0000-03-29") == date(1, 1, 1)
    assert parse_bound("2026-03-29T00:00:00Z") == datetime(2026, 3, 29, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-02-29", "0000-02-30", "2026-03", "20260329", "today", "2026-03-29T00:00:00"])
def test_anything_else_is_no_bound(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_bound(text)
    assert not CHECKER.conforms(text, "instant-or-date")


def test_a_time_of_day_has_hours_and_minutes() -> None:
    assert parse_time_of_day("05:30") == time(5, 30)


@pytest.mark.parametrize("text", ["24:00", "5:30", "05:60", "05:30:00", "0530", "05:30Z"])
def test_anything_else_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_time_of_day(text)
    assert not CHECKER.conforms(text, "time-of-day")


def test_ids_stand_between_commas() -> None:
    assert parse_ids("3,1,9223372036854775807") == {3, 1, 2**63 - 1}
    assert len(parse_ids(",".join(map(str, range(1, 1001))))) == 1000


@pytest.mark.parametrize(
    "text",
    ["", "1,", ",1", "1,1", "1, 2", "0", "01", "-1", "x", "9223372036854775808", ",".join(map(str, range(1, 1002)))],
)
def test_anything_else_is_no_list_of_ids(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_ids(text)
    assert not CHECKER.conforms(text, "id-list")


@pytest.mark.parametrize(
    ("value", "form", "fits"),
    [
        (2**63 - 1, "int64", True),
        (2**63, "int64", False),
        (-(2**63) - 1, "int64", False),
        (2**31, "int32", False),
        ("2026-02-28", "date", True),
        ("2026-02-29", "date", False),
        ("20260228", "date", False),
        (5, "date", True),
        ("day,task", "distinct-words", True),
        ("day,day", "distinct-words", False),
    ],
)
def test_a_format_limits_values_of_its_own_type(value: object, form: str, fits: bool) -> None:  # noqa: FBT001
    assert CHECKER.conforms(value, form) is fits


@pytest.mark.parametrize("name", sorted(KNOWN - {"int32", "int64", "password"}))
def test_a_format_has_an_example_that_keeps_to_it(name: str) -> None:
    CHECKER.check(EXAMPLES[name], name)
