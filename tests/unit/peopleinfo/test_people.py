"""The made-up people."""
# ruff: noqa: RUF001 - Russian text

from itertools import chain

import pytest

from timetrack.entrypoints.peopleinfo.grammar import feminine, patronymics
from timetrack.entrypoints.peopleinfo.names import FEMALE_NAMES, MALE_NAMES, SURNAMES
from timetrack.entrypoints.peopleinfo.people import MadeUpPerson, person_of
from timetrack.entrypoints.peopleinfo.places import CITIES, STREETS

PEOPLE = [person_of("1234", f"{number:06}") for number in range(1000)]


def test_an_id_gives_the_same_person_on_every_machine() -> None:
    assert person_of("1234", "567890") == MadeUpPerson(
        surname="Шевченко",
        name="Василий",
        patronymic="Алексеевич",
        address="г. Брянск, ул. Карла Маркса, д. 5, кв. 7",
    )


def test_a_thousand_ids_give_a_thousand_persons() -> None:
    assert len(set(PEOPLE)) == 1000


@pytest.mark.parametrize(
    ("words", "at_least"), [(SURNAMES, 150), (MALE_NAMES, 60), (FEMALE_NAMES, 60), (CITIES, 60), (STREETS, 60)]
)
def test_a_list_is_long_and_repeats_nothing(words: tuple[str, ...], at_least: int) -> None:
    assert len(set(words)) == len(words) >= at_least


def test_every_given_name_of_the_lists_occurs_and_no_other() -> None:
    given = {person.name for person in PEOPLE}
    surnames = set(chain.from_iterable((surname, feminine(surname)) for surname in SURNAMES))

    assert given == {*MALE_NAMES, *FEMALE_NAMES}
    assert {person.surname for person in PEOPLE} <= surnames


def test_a_name_agrees_with_its_surname_and_patronymic() -> None:
    for person in PEOPLE:
        if person.name in MALE_NAMES:
            assert person.surname in SURNAMES
            assert (person.patronymic or "ич").endswith("ич")
        else:
            assert person.surname in {feminine(surname) for surname in SURNAMES}
            assert (person.patronymic or "на").endswith("на")


def test_a_few_have_no_patronymic() -> None:
    without = sum(person.patronymic is None for person in PEOPLE)

    assert 30 < without < 100


@pytest.mark.parametrize(
    ("his", "hers"),
    [
        ("Иванов", "Иванова"),
        ("Сергеев", "Сергеева"),
        ("Королёв", "Королёва"),
        ("Мухин", "Мухина"),
        ("Вишневский", "Вишневская"),
        ("Троицкий", "Троицкая"),
        ("Толстой", "Толстая"),
        ("Чёрный", "Чёрная"),
        ("Шевченко", "Шевченко"),
        ("Мельник", "Мельник"),
    ],
)
def test_a_surname_has_a_form_for_women(his: str, hers: str) -> None:
    assert feminine(his) == hers


@pytest.mark.parametrize(
    ("father", "son", "daughter"),
    [
        ("Иван", "Иванович", "Ивановна"),
        ("Сергей", "Сергеевич", "Сергеевна"),
        ("Николай", "Николаевич", "Николаевна"),
        ("Василий", "Васильевич", "Васильевна"),
        ("Георгий", "Георгиевич", "Георгиевна"),
        ("Игорь", "Игоревич", "Игоревна"),
        ("Илья", "Ильич", "Ильинична"),
        ("Пётр", "Петрович", "Петровна"),
    ],
)
def test_a_patronymic_is_formed_from_the_fathers_name(father: str, son: str, daughter: str) -> None:
    assert patronymics(father) == (son, daughter)
