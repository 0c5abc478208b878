"""The promises of UserStore's lists."""

import pytest

from tests.given import a_new_user, a_user, change_user, erase_user
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.person import Person
from timetrack.domain.model.users.users import UserChange, UserFilter
from timetrack.domain.ports.storage import Storage

ALL = PageRequest(limit=100)
EVERYBODY = UserFilter()


def found(storage: Storage, filters: UserFilter) -> list[str]:
    return [user.surname for user in storage.users.list(filters, ALL).items]


@pytest.fixture
def people(storage: Storage) -> None:
    for series, person in {
        "1111": Person(surname="Ivanov", name="Ivan", patronymic="Ivanovich", address="5 % Lane"),
        "2222": Person(surname="Петров", name="Пётр", patronymic=None, address="5_Lane"),
        "3333": Person(surname="O'Neil", name="Ann", patronymic="Ivanovna", address=r"5 \ Lane"),
    }.items():
        with storage.transaction(None) as stores:
            stores.users.add(a_new_user(person, NationalId(series, "567890")))


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("filters", "surnames"),
    [
        (EVERYBODY, ["Ivanov", "Петров", "O'Neil"]),
        (UserFilter(national_id="22 56"), ["Петров"]),
        (UserFilter(surname="VAN"), ["Ivanov"]),
        (UserFilter(surname="пЕТ"), ["Петров"]),
        (UserFilter(surname="'"), ["O'Neil"]),
        (UserFilter(name="n"), ["Ivanov", "O'Neil"]),
        (UserFilter(patronymic="ivanov"), ["Ivanov", "O'Neil"]),
        (UserFilter(patronymic=""), ["Ivanov", "O'Neil"]),
        (UserFilter(address="LANE"), ["Ivanov", "Петров", "O'Neil"]),
        (UserFilter(address="%"), ["Ivanov"]),
        (UserFilter(address="_"), ["Петров"]),
        (UserFilter(address="\\"), ["O'Neil"]),
        (UserFilter(name="n", address="%"), ["Ivanov"]),
        (UserFilter(surname="nobody"), []),
    ],
)
def test_a_filter_finds_a_part_in_any_case_and_takes_each_character_literally(
    storage: Storage, filters: UserFilter, surnames: list[str]
) -> None:
    assert found(storage, filters) == surnames


def test_only_finds_nobody_else(storage: Storage) -> None:
    users = [a_user(storage) for _ in range(3)]

    page = storage.users.list(UserFilter(only=users[1].id), ALL)

    assert page.items == [users[1]]


def test_erased_users_are_not_listed(storage: Storage) -> None:
    first, second = a_user(storage), a_user(storage)

    erase_user(storage, first)

    assert storage.users.list(EVERYBODY, ALL).items == [second]


def test_pages_follow_each_other_by_ascending_id_and_the_last_one_says_so(storage: Storage) -> None:
    users = [a_user(storage) for _ in range(5)]

    first = storage.users.list(EVERYBODY, PageRequest(limit=2))
    second = storage.users.list(EVERYBODY, PageRequest(limit=2, after=first.next_after))
    third = storage.users.list(EVERYBODY, PageRequest(limit=2, after=second.next_after))

    assert [*first.items, *second.items, *third.items] == users
    assert (first.next_after, second.next_after, third.next_after) == ((users[1].id,), (users[3].id,), None)


def test_a_page_that_just_suffices_is_the_last_one(storage: Storage) -> None:
    users = [a_user(storage) for _ in range(2)]

    page = storage.users.list(EVERYBODY, PageRequest(limit=2))

    assert (page.items, page.next_after) == (users, None)


def test_who_comes_or_goes_between_two_pages_neither_doubles_nor_hides_another(storage: Storage) -> None:
    users = [a_user(storage) for _ in range(4)]
    first = storage.users.list(EVERYBODY, PageRequest(limit=2))

    erase_user(storage, users[1])
    newcomer = a_user(storage)

    assert storage.users.list(EVERYBODY, PageRequest(limit=5, after=first.next_after)).items == [*users[2:], newcomer]


def test_who_has_left_is_listed_and_can_be_told_apart(storage: Storage) -> None:
    stays, leaves = a_user(storage), a_user(storage)
    change_user(storage, leaves.id, UserChange(active=False))

    found_by = {
        active: [user.id for user in storage.users.list(UserFilter(active=active), ALL).items]
        for active in (None, True, False)
    }

    assert found_by == {None: [stays.id, leaves.id], True: [stays.id], False: [leaves.id]}
