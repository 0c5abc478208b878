"""Who gets which report, in which time zone."""

from datetime import timedelta

import pytest

from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, caller, erase_user, start, stop
from timetrack.domain.errors import NotAllowedError, UnknownTimeZoneError, UserNotFoundError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reports import Range
from timetrack.domain.model.users import User, UserChange
from timetrack.domain.services.reporting import Reporting

HOUR = timedelta(hours=1)


@pytest.fixture
def reporting(storage: FakeStorage) -> Reporting:
    return Reporting(storage)


@pytest.fixture
def today(storage: FakeStorage) -> Range:
    return Range.of(storage.clock.now - 8 * HOUR, storage.clock.now)


@pytest.fixture
def traveller(storage: FakeStorage, admin: User, today: Range) -> User:
    user = a_user(storage, UserChange(time_zone="Asia/Tokyo"))
    task = a_task(storage, admin)
    start(storage, user, task, today.start)
    stop(storage, user, task, today.start + HOUR)
    return user


def test_a_user_gets_their_own_report_in_their_own_time_zone(
    reporting: Reporting, traveller: User, today: Range
) -> None:
    report = reporting.by_task(caller(traveller), traveller.id, today)

    assert (report.total, report.time_zone, report.range) == (HOUR, "Asia/Tokyo", today)


def test_a_report_may_be_asked_for_in_another_time_zone(reporting: Reporting, traveller: User, today: Range) -> None:
    assert reporting.by_task(caller(traveller), traveller.id, today, "Europe/Berlin").time_zone == "Europe/Berlin"


@pytest.mark.parametrize("name", ["", "Mars/Olympus"])
def test_a_report_in_an_unknown_time_zone_is_refused(
    reporting: Reporting, traveller: User, today: Range, name: str
) -> None:
    with pytest.raises(UnknownTimeZoneError):
        reporting.by_task(caller(traveller), traveller.id, today, name)


def test_a_member_gets_no_report_of_another(reporting: Reporting, member: User, traveller: User, today: Range) -> None:
    with pytest.raises(NotAllowedError):
        reporting.by_task(caller(member), traveller.id, today)


def test_a_manager_gets_the_report_of_another(
    reporting: Reporting, manager: User, traveller: User, today: Range
) -> None:
    assert reporting.by_task(caller(manager), traveller.id, today).total == HOUR


def test_the_hours_of_an_erased_user_can_be_reported(
    reporting: Reporting, storage: FakeStorage, manager: User, traveller: User, today: Range
) -> None:
    erase_user(storage, traveller)

    assert reporting.by_task(caller(manager), traveller.id, today).total == HOUR


def test_who_never_was_has_no_report(reporting: Reporting, manager: User, today: Range) -> None:
    with pytest.raises(UserNotFoundError):
        reporting.by_task(caller(manager), UserId(999_999), today)
