"""Who gets which report, in which time zone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.computing import at_once
from tests.fakes.storage import FakeStorage
from tests.given import a_task, a_user, caller, erase_user, start, stop
from tests.report_queries import asked
from timetrack.domain.errors import NotAllowedError, UnknownTimeZoneError, UserNotFoundError
from timetrack.domain.model.ids import UserId
from timetrack.domain.model.reporting.periods import Unit
from timetrack.domain.model.reporting.reports import Grouping, Question, Report
from timetrack.domain.model.time.ranges import Range
from timetrack.domain.model.users.users import User, UserChange
from timetrack.domain.services.reporting import Reporting

HOUR = timedelta(hours=1)


@pytest.fixture
def reporting(storage: FakeStorage) -> Reporting:
    return Reporting(storage, at_once)


@pytest.fixture
def today(storage: FakeStorage) -> Range:
    return Range.of(storage.clock.now - 8 * HOUR, storage.clock.now)


@pytest.fixture
def question(today: Range) -> Question:
    return Question(range=asked(today))


@pytest.fixture
def traveller(storage: FakeStorage, admin: User, today: Range) -> User:
    user = a_user(storage, UserChange(time_zone="Asia/Tokyo"))
    work(storage, user, admin, today, hours=1)
    return user


def work(storage: FakeStorage, user: User, owner: User, today: Range, hours: int) -> None:
    task = a_task(storage, owner)
    start(storage, user, task, today.start)
    stop(storage, user, task, today.start + hours * HOUR)


def users_of(report: Report) -> dict[int, timedelta]:
    return {row.user.id: row.duration for row in report.rows if row.user}


def test_a_user_gets_their_own_report_in_their_own_time_zone(
    reporting: Reporting, traveller: User, question: Question, today: Range
) -> None:
    report = reporting.of_user(caller(traveller), traveller.id, question)

    assert (report.total, report.time_zone, report.range) == (HOUR, "Asia/Tokyo", today)


def test_a_report_may_be_asked_for_in_another_time_zone(
    reporting: Reporting, traveller: User, question: Question
) -> None:
    elsewhere = replace(question, time_zone="Europe/Berlin")

    assert reporting.of_user(caller(traveller), traveller.id, elsewhere).time_zone == "Europe/Berlin"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../UTC", "localtime"])
def test_a_report_in_an_unknown_time_zone_is_refused(
    reporting: Reporting, traveller: User, question: Question, name: str
) -> None:
    with pytest.raises(UnknownTimeZoneError):
        reporting.of_user(caller(traveller), traveller.id, replace(question, time_zone=name))


def test_rows_say_in_which_periods_they_lie(reporting: Reporting, traveller: User, today: Range) -> None:
    question = Question(range=asked(today), group_by=[Grouping.MONTH, Grouping.DAY], time_zone="Pacific/Kiritimati")

    (row,) = reporting.of_user(caller(traveller), traveller.id, question).rows

    # 14 hours ahead it is tomorrow already.
    tomorrow = (today.start + 14 * HOUR).date().isoformat()
    assert dict(row.periods) == {Unit.DAY: tomorrow, Unit.MONTH: tomorrow[:7]}
    assert (row.task, row.user) == (None, None)


def test_a_member_gets_no_report_of_another(
    reporting: Reporting, member: User, traveller: User, question: Question
) -> None:
    with pytest.raises(NotAllowedError):
        reporting.of_user(caller(member), traveller.id, question)


def test_a_manager_gets_the_report_of_another(
    reporting: Reporting, manager: User, traveller: User, question: Question
) -> None:
    assert reporting.of_user(caller(manager), traveller.id, question).total == HOUR


def test_the_hours_of_an_erased_user_can_be_reported(
    reporting: Reporting, storage: FakeStorage, manager: User, traveller: User, question: Question
) -> None:
    erase_user(storage, traveller)

    assert reporting.of_user(caller(manager), traveller.id, question).total == HOUR


@pytest.mark.parametrize("time_zone", [None, "Europe/Berlin"])
def test_who_never_was_has_no_report(
    reporting: Reporting, manager: User, question: Question, time_zone: str | None
) -> None:
    with pytest.raises(UserNotFoundError):
        reporting.of_user(caller(manager), UserId(999_999), replace(question, time_zone=time_zone))


def test_an_unknown_time_zone_is_refused_before_who_never_was(
    reporting: Reporting, manager: User, question: Question
) -> None:
    with pytest.raises(UnknownTimeZoneError):
        reporting.of_user(caller(manager), UserId(999_999), replace(question, time_zone="Mars/Olympus"))


def test_a_manager_gets_the_report_of_everybody_or_of_whom_they_name(
    reporting: Reporting, storage: FakeStorage, manager: User, traveller: User, today: Range
) -> None:
    work(storage, manager, manager, today, hours=2)
    by_user = Question(range=asked(today), group_by=[Grouping.USER])

    everybody = reporting.of_many(caller(manager), by_user)
    named = reporting.of_many(caller(manager), replace(by_user, user_ids=frozenset({traveller.id, UserId(999_999)})))

    assert users_of(everybody) == {manager.id: 2 * HOUR, traveller.id: HOUR}
    assert everybody.total == 3 * HOUR
    assert users_of(named) == {traveller.id: HOUR}


def test_a_member_gets_their_own_part_of_it_and_no_other(
    reporting: Reporting, storage: FakeStorage, member: User, traveller: User, today: Range
) -> None:
    work(storage, member, member, today, hours=2)
    by_user = Question(range=asked(today), group_by=[Grouping.USER])

    assert users_of(reporting.of_many(caller(traveller), by_user)) == {traveller.id: HOUR}
    with pytest.raises(NotAllowedError):
        reporting.of_many(caller(traveller), replace(by_user, user_ids=frozenset({traveller.id, member.id})))


def test_the_report_of_many_is_in_the_time_zone_of_who_asks(
    reporting: Reporting, traveller: User, question: Question
) -> None:
    assert reporting.of_many(caller(traveller), question).time_zone == "Asia/Tokyo"


def test_a_timeline_is_for_who_may_see_the_time_and_of_who_was(
    reporting: Reporting, member: User, manager: User, traveller: User, today: Range
) -> None:
    (entry,) = reporting.timeline(caller(manager), traveller.id, asked(today)).entries

    assert (entry.start, entry.end) == (today.start, today.start + HOUR)
    with pytest.raises(NotAllowedError):
        reporting.timeline(caller(member), traveller.id, asked(today))
    with pytest.raises(UserNotFoundError):
        reporting.timeline(caller(manager), UserId(999_999), asked(today))
