"""What callers find in the list of users: nothing that they may not see."""

import pytest

from tests.given import caller
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.users.users import User, UserFilter
from timetrack.domain.services.users import Users

ALL = PageRequest(limit=100)


def found(users: Users, user: User, filters: UserFilter) -> list[User]:
    return [seen.user for seen in users.list(caller(user), filters, ALL).items]


def test_a_member_finds_everybody_and_sees_only_themselves_in_full(users: Users, admin: User, member: User) -> None:
    page = users.list(caller(member), UserFilter(), ALL)

    assert [(seen.user, seen.in_full) for seen in page.items] == [(admin, False), (member, True)]


def test_a_manager_sees_everybody_in_full(users: Users, admin: User, manager: User) -> None:
    page = users.list(caller(manager), UserFilter(), ALL)

    assert [(seen.user, seen.in_full) for seen in page.items] == [(admin, True), (manager, True)]


@pytest.mark.parametrize("joint", [" ", "-", ""])
def test_a_whole_national_id_is_found_in_any_spelling(
    users: Users, admin: User, manager: User, member: User, joint: str
) -> None:
    def whole(user: User) -> UserFilter:
        return UserFilter(national_id=f"{user.national_id.series}{joint}{user.national_id.number}")

    assert found(users, manager, whole(admin)) == [admin]
    assert found(users, member, whole(admin)) == []
    assert found(users, member, whole(member)) == [member]


@pytest.mark.parametrize("part", ["1234", "1234 0000", "4 0"])
def test_a_member_finds_by_a_part_of_a_national_id_nobody_but_themselves(
    users: Users, admin: User, member: User, part: str
) -> None:
    assert admin not in found(users, member, UserFilter(national_id=part))
    assert found(users, member, UserFilter(national_id=str(member.national_id)[2:])) == [member]


def test_a_manager_finds_users_by_a_part_of_a_national_id(users: Users, admin: User, manager: User) -> None:
    assert found(users, manager, UserFilter(national_id="1234")) == [admin, manager]


def test_a_member_finds_by_address_nobody_but_themselves(users: Users, admin: User, member: User) -> None:
    assert admin.address == member.address
    assert found(users, member, UserFilter(address="main")) == [member]
    assert found(users, member, UserFilter(address="elsewhere")) == []


def test_a_manager_finds_users_by_address(users: Users, admin: User, manager: User) -> None:
    assert found(users, manager, UserFilter(address="main")) == [admin, manager]


def test_a_page_tells_where_the_next_one_begins(users: Users, admin: User, member: User) -> None:
    first = users.list(caller(member), UserFilter(), PageRequest(limit=1))
    second = users.list(caller(member), UserFilter(), PageRequest(limit=1, after=first.next_after))

    assert [seen.user for seen in (*first.items, *second.items)] == [admin, member]
    assert second.next_after is None
