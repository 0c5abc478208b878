"""What every PeopleInfo promises, the fake and the client of a real process alike."""

from collections.abc import Iterator

import pytest

from tests.fakes.people_info import FakePeopleInfo
from tests.people_info_process import people_info
from timetrack.adapters.peopleinfo import PeopleInfoClient
from timetrack.domain.errors import PeopleInfoUnavailableError, PersonUnknownError
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.ports.users.people import PeopleInfo

ANNA = NationalId("1234", "567890")
NEVER_ISSUED = NationalId("0400", "567890")
OTHERS = [NationalId("1234", f"{number:06}") for number in range(100)]
PATIENT = 10.0


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with people_info() as service:
        yield service.url


@pytest.fixture(params=["fake", "client"])
def people(request: pytest.FixtureRequest) -> PeopleInfo:
    if request.param == "fake":
        return FakePeopleInfo()
    return PeopleInfoClient(request.getfixturevalue("url"), timeout=PATIENT)


@pytest.fixture(params=["fake", "client"])
def people_that_are_down(request: pytest.FixtureRequest) -> PeopleInfo:
    if request.param == "fake":
        return FakePeopleInfo(down=True)
    with people_info() as service:
        gone = service.url
    return PeopleInfoClient(gone, timeout=PATIENT)


def test_a_person_has_a_name_and_an_address(people: PeopleInfo) -> None:
    person = people.find(ANNA)

    assert all(text.strip() for text in (person.surname, person.name, person.address))


def test_the_same_id_gives_the_same_person(people: PeopleInfo) -> None:
    first, second = people.find(ANNA), people.find(NationalId.parse("1234-567890"))

    assert first == second


def test_other_ids_give_other_persons(people: PeopleInfo) -> None:
    persons = {people.find(national_id) for national_id in OTHERS}

    assert len(persons) > 90


def test_some_have_a_patronymic_and_some_have_none(people: PeopleInfo) -> None:
    patronymics = {people.find(national_id).patronymic for national_id in OTHERS}

    assert None in patronymics
    assert "" not in patronymics
    assert len(patronymics) > 1


def test_leading_zeros_belong_to_the_id(people: PeopleInfo) -> None:
    low, lower = people.find(NationalId("0012", "000345")), people.find(NationalId("0001", "200345"))

    assert low != lower


def test_an_id_that_was_never_issued_has_no_person(people: PeopleInfo) -> None:
    with pytest.raises(PersonUnknownError):
        people.find(NEVER_ISSUED)


def test_any_number_of_unknown_ids_leaves_it_available(people: PeopleInfo) -> None:
    for _ in range(20):
        with pytest.raises(PersonUnknownError):
            people.find(NEVER_ISSUED)

    assert people.find(ANNA) == people.find(ANNA)


def test_a_service_that_is_down_is_unavailable_each_time(people_that_are_down: PeopleInfo) -> None:
    for _ in range(20):
        with pytest.raises(PeopleInfoUnavailableError):
            people_that_are_down.find(ANNA)
