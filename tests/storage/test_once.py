"""The promises of Storage.once: a request's key, effect and answer are one transaction."""

from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_key, a_new_user, a_user, erase_user
from tests.racing import race
from timetrack.domain.errors import (
    IdempotencyKeyInUseError,
    IdempotencyKeyReusedError,
    NotAllowedError,
    UserAlreadyExistsError,
)
from timetrack.domain.model.idempotency import IdempotencyKey
from timetrack.domain.model.lists import PageRequest
from timetrack.domain.model.users.users import User
from timetrack.domain.ports.idempotency import AnsweredBefore, KeptAnswer
from timetrack.domain.ports.storage import Storage

KEY = a_key()
HOUR = timedelta(hours=1)
CREATED = KeptAnswer(
    outcome=201, labels={"Content-Type": "text/plain", "Location": "/tasks/1"}, content=b"\x00\xff\r\n"
)
REFUSED = KeptAnswer(outcome=409, labels={}, content=b"no")


def descriptions(storage: Storage) -> list[str]:
    return [task.description for task in storage.tasks.list(None, PageRequest(limit=100)).items]


def create(storage: Storage, user: User, key: IdempotencyKey = KEY) -> None:
    with storage.once(key) as once:
        with once.transaction(None) as stores:
            stores.tasks.add("work", user.id)
        once.keep(CREATED)


def test_the_effect_and_the_answer_are_kept(storage: Storage, user: User) -> None:
    create(storage, user)

    with pytest.raises(AnsweredBefore) as before:
        create(storage, user)

    assert before.value.answer == CREATED
    assert descriptions(storage) == ["work"]


def test_an_answer_without_an_effect_is_kept_too(storage: Storage) -> None:
    with storage.once(KEY) as once:
        once.keep(REFUSED)

    with pytest.raises(AnsweredBefore) as before, storage.once(KEY) as once:
        once.keep(CREATED)

    assert before.value.answer == REFUSED


def test_a_key_that_came_with_another_request_is_refused_and_nothing_happens(storage: Storage, user: User) -> None:
    create(storage, user)

    with pytest.raises(IdempotencyKeyReusedError):
        create(storage, user, a_key(fingerprint=b"another request"))

    assert descriptions(storage) == ["work"]


@pytest.mark.parametrize("another", [a_key("another"), a_key(owner="another")])
def test_another_key_or_the_key_of_another_owner_is_a_new_one(
    storage: Storage, user: User, another: IdempotencyKey
) -> None:
    create(storage, user)

    create(storage, user, another)

    assert descriptions(storage) == ["work", "work"]


def test_nothing_is_kept_before_a_transaction_begins(storage: Storage, user: User) -> None:
    with storage.once(KEY) as once:
        assert once.users.get(user.id) == user

    create(storage, user)

    assert descriptions(storage) == ["work"]


def test_a_refusal_inside_undoes_the_effect_and_keeps_the_key(storage: Storage, user: User) -> None:
    def refused() -> None:
        with storage.once(KEY) as once:
            with pytest.raises(UserAlreadyExistsError), once.transaction(None) as stores:
                stores.tasks.add("work", user.id)
                stores.users.add(a_new_user(national_id=user.national_id))
            once.keep(REFUSED)

    refused()

    assert descriptions(storage) == []
    with pytest.raises(AnsweredBefore) as before:
        refused()
    assert before.value.answer == REFUSED


def test_a_refusal_that_no_store_has_made_undoes_the_effect_as_well(storage: Storage, user: User) -> None:
    with storage.once(KEY) as once:
        with pytest.raises(NotAllowedError), once.transaction(None) as stores:
            stores.tasks.add("work", user.id)
            raise NotAllowedError
        once.keep(REFUSED)

    assert descriptions(storage) == []


def test_a_later_transaction_is_not_undone_with_an_earlier_one(storage: Storage, user: User) -> None:
    with storage.once(KEY) as once:
        with once.transaction(None) as stores:
            stores.tasks.add("first", user.id)
        with pytest.raises(NotAllowedError), once.transaction(None) as stores:
            stores.tasks.add("second", user.id)
            raise NotAllowedError
        once.keep(CREATED)

    assert descriptions(storage) == ["first"]


def test_an_exception_undoes_the_effect_and_the_key(storage: Storage, user: User) -> None:
    def fails() -> None:
        with storage.once(KEY) as once:
            with once.transaction(None) as stores:
                stores.tasks.add("lost", user.id)
            once.keep(CREATED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    create(storage, user)

    assert descriptions(storage) == ["work"]


def test_an_exception_in_a_transaction_undoes_everything_when_it_leaves(storage: Storage, user: User) -> None:
    def fails() -> None:
        with storage.once(KEY) as once, once.transaction(None) as stores:
            stores.tasks.add("lost", user.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    create(storage, user)

    assert descriptions(storage) == ["work"]


def test_the_key_is_in_use_while_the_first_request_is_under_way(storage: Storage, user: User) -> None:
    def first() -> None:
        with storage.once(KEY) as once:
            with once.transaction(None) as stores:
                stores.tasks.add("first", user.id)
            with pytest.raises(IdempotencyKeyInUseError):
                race(1, lambda _: create(storage, user)).raise_lost()
            once.keep(CREATED)

    first()

    assert descriptions(storage) == ["first"]


def test_the_key_is_in_use_for_another_request_too(storage: Storage, user: User) -> None:
    with storage.once(KEY) as once, once.transaction(None), pytest.raises(IdempotencyKeyInUseError):
        race(1, lambda _: create(storage, user, a_key(fingerprint=b"another request"))).raise_lost()


def test_the_key_is_free_again_when_the_first_request_has_failed(storage: Storage, user: User) -> None:
    def fails() -> None:
        with storage.once(KEY) as once, once.transaction(None):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    create(storage, user)

    assert descriptions(storage) == ["work"]


def test_of_many_at_once_with_one_key_there_is_one_effect(storage: Storage, user: User) -> None:
    def create_or_learn(_: int) -> KeptAnswer:
        try:
            create(storage, user)
        except AnsweredBefore as before:
            return before.answer
        return CREATED

    finish = race(6, create_or_learn)

    assert descriptions(storage) == ["work"]
    assert set(map(type, finish.lost)) <= {IdempotencyKeyInUseError}
    assert [answer == CREATED for answer in finish.won] == [True] * len(finish.won)


def test_an_answer_is_kept_for_a_day(storage: Storage, clock: Clock, user: User) -> None:
    create(storage, user)

    clock.advance(23 * HOUR)
    with pytest.raises(AnsweredBefore):
        create(storage, user)
    clock.advance(2 * HOUR)
    create(storage, user)

    assert descriptions(storage) == ["work", "work"]


def test_a_key_may_be_taken_without_an_effect(storage: Storage, user: User) -> None:
    with storage.once(KEY) as once:
        once.begin()
    create(storage, user)

    with pytest.raises(AnsweredBefore), storage.once(KEY) as once:
        once.begin()


def test_the_keys_of_an_owner_are_counted_up_to_a_bound(storage: Storage, user: User) -> None:
    for number in range(3):
        create(storage, user, a_key(str(number)))
    create(storage, user, a_key(owner="another"))

    assert [storage.number_of_keys("owner", most) for most in (2, 3, 9)] == [2, 3, 3]


def test_an_erasure_deletes_the_answers_to_a_user_and_those_that_show_them(storage: Storage, user: User) -> None:
    other = a_user(storage)
    keys = [a_key(owner=f"user:{user.id}"), a_key("shows the user", owner=f"user:{other.id}")]
    stays = a_key("shows another", owner=f"user:{other.id}")
    for key, shown in zip([*keys, stays], [None, user.id, other.id], strict=True):
        with storage.once(key) as once:
            once.keep(CREATED, shows=shown)

    erase_user(storage, user)

    for key in keys:
        with storage.once(key) as once:
            once.keep(CREATED)
    with pytest.raises(AnsweredBefore), storage.once(stays) as once:
        once.keep(CREATED)
