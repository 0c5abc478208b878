"""Where local days, weeks and months begin."""

from datetime import UTC, date, datetime, timedelta

import pytest

from timetrack.domain.model.reporting.periods import Unit, WeekStart, days_of, pieces
from timetrack.domain.model.time.local_days import LocalDays
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.model.time.time_zones import zone


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def days(place: str) -> LocalDays:
    return LocalDays(zone=zone(place))


@pytest.mark.parametrize(
    ("unit", "first_day", "label", "following"),
    [
        (Unit.DAY, "2026-12-31", "2026-12-31", "2027-01-01"),
        (Unit.WEEK, "2026-12-28", "2026-W53", "2027-01-04"),
        (Unit.WEEK, "2024-12-30", "2025-W01", "2025-01-06"),
        (Unit.MONTH, "2026-02-01", "2026-02", "2026-03-01"),
        (Unit.MONTH, "2026-12-01", "2026-12", "2027-01-01"),
        (Unit.MONTH, "0987-01-01", "0987-01", "0987-02-01"),
    ],
)
def test_a_period_has_a_name_and_a_next_one(unit: Unit, first_day: str, label: str, following: str) -> None:
    first = date.fromisoformat(first_day)

    assert unit.label(first) == label
    assert unit.next(first) == date.fromisoformat(following)
    assert {unit.first_day(first), unit.first_day(unit.next(first) - timedelta(days=1))} == {first}


def labels(range_: Range, place: str, *units: Unit) -> list[tuple[str, ...]]:
    return [tuple(piece.names[unit] for unit in units) for piece in pieces(range_, days(place), units)]


def test_a_range_is_cut_where_any_period_begins() -> None:
    range_ = Range.of(at("2026-03-29T12:00:00Z"), at("2026-04-06T12:00:00Z"))

    cut = pieces(range_, days("UTC"), [Unit.WEEK, Unit.MONTH])

    assert [(piece.start, piece.names[Unit.WEEK], piece.names[Unit.MONTH]) for piece in cut] == [
        (at("2026-03-29T12:00:00Z"), "2026-W13", "2026-03"),
        (at("2026-03-30T00:00:00Z"), "2026-W14", "2026-03"),
        (at("2026-04-01T00:00:00Z"), "2026-W14", "2026-04"),
        (at("2026-04-06T00:00:00Z"), "2026-W15", "2026-04"),
    ]


def test_a_range_without_periods_is_one_piece() -> None:
    range_ = Range.of(at("2026-03-29T12:00:00Z"), at("2026-04-06T12:00:00Z"))

    (piece,) = pieces(range_, days("UTC"), [])

    assert (piece.start, piece.names) == (range_.start, {})


def test_a_period_that_begins_with_the_range_is_in_it_and_one_that_begins_at_its_end_is_not() -> None:
    range_ = Range.of(at("2026-03-29T00:00:00Z"), at("2026-03-31T00:00:00Z"))

    assert labels(range_, "UTC", Unit.DAY) == [("2026-03-29",), ("2026-03-30",)]


def test_an_empty_range_is_one_piece() -> None:
    instant = at("2026-03-29T00:00:00Z")

    assert labels(Range.of(instant, instant), "UTC", Unit.DAY, Unit.MONTH) == [("2026-03-29", "2026-03")]


def test_a_day_that_does_not_exist_is_no_period() -> None:
    range_ = Range.of(at("2011-12-29T00:00:00-10:00"), at("2012-01-01T00:00:00+14:00"))

    assert labels(range_, "Pacific/Apia", Unit.DAY) == [("2011-12-29",), ("2011-12-31",)]


def test_a_range_that_begins_when_clocks_show_the_day_before_again_is_in_the_day_that_has_begun() -> None:
    range_ = Range.of(at("2010-11-07T03:00:00Z"), at("2010-11-07T04:00:00Z"))

    assert range_.start.astimezone(zone("America/St_Johns")).date() == date(2010, 11, 6)
    assert labels(range_, "America/St_Johns", Unit.DAY) == [("2010-11-07",)]


@pytest.mark.parametrize("year", [1, 9990])
def test_every_range_has_its_periods_in_every_zone(year: int) -> None:
    for place in ("Pacific/Kiritimati", "Etc/GMT+12"):
        range_ = Range.of(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 9, 12, 31, tzinfo=UTC))

        assert len(pieces(range_.for_periods(), days(place), list(Unit))) > 3285


@pytest.mark.parametrize(
    ("day", "first_day", "following"),
    [
        ("2026-03-28", "2026-03-22", "2026-03-29"),
        ("2026-03-29", "2026-03-29", "2026-04-05"),
        ("2026-12-31", "2026-12-27", "2027-01-03"),
    ],
)
def test_a_week_that_starts_on_sunday_is_written_by_its_first_day(day: str, first_day: str, following: str) -> None:
    first = Unit.WEEK.first_day(date.fromisoformat(day), WeekStart.SUNDAY)

    assert (first.isoformat(), Unit.WEEK.label(first, WeekStart.SUNDAY)) == (first_day, first_day)
    assert Unit.WEEK.next(first).isoformat() == following


@pytest.mark.parametrize(
    ("name", "first_day", "following"),
    [
        ("2026-03", "2026-03-01", "2026-04-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-W13", "2026-03-23", "2026-03-30"),
        ("2026-W53", "2026-12-28", "2027-01-04"),
        ("2025-W01", "2024-12-30", "2025-01-06"),
        ("2028-02-29", "2028-02-29", "2028-03-01"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("9999-W52", "9999-12-27", "9999-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
    ],
)
def test_a_period_is_found_by_its_name(name: str, first_day: str, following: str) -> None:
    assert days_of(name) == (date.fromisoformat(first_day), date.fromisoformat(following))


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-3", "2026-13", "2026-W00", "2025-W53", "2026-w13", "2026-02-29", "2026-03-", "0000-01"]
)
def test_what_no_period_is_called_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        days_of(name)
