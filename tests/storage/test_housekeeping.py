"""The promises behind background work: leases, pending profiles, sweeping."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.database_clock import Clock
from tests.given import a_key, a_token, a_user, change_user, erase_user
from tests.racing import race
from timetrack.domain.model.users.users import Profile, UserChange
from timetrack.domain.ports.idempotency import AnsweredBefore, KeptAnswer
from timetrack.domain.ports.storage import Storage

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("name", ["profiles", "sweeping"])
def test_a_lease_is_held_until_it_ends(storage: Storage, clock: Clock, name: str) -> None:
    taken = [storage.housekeeping.take_lease(name, 60) is not None for _ in range(2)]
    clock.advance(MINUTE)

    assert [*taken, storage.housekeeping.take_lease(name, 60) is not None] == [True, False, True]


def test_a_lease_that_was_taken_while_the_clock_was_ahead_is_free(storage: Storage, clock: Clock) -> None:
    storage.housekeeping.take_lease("profiles", 60)
    clock.advance(-timedelta(days=1))

    assert [storage.housekeeping.take_lease("profiles", 60) is not None for _ in range(2)] == [True, False]


def test_a_try_that_was_put_off_while_the_clock_was_ahead_is_due(storage: Storage, clock: Clock) -> None:
    user = a_user(storage, person=None)
    storage.users.claim_pending()
    clock.advance(-timedelta(days=1))

    assert [storage.users.claim_pending() for _ in range(2)] == [user, None]


def test_two_leases_have_nothing_to_do_with_each_other(storage: Storage) -> None:
    assert None not in [storage.housekeeping.take_lease(name, 60) for name in ("profiles", "sweeping")]


def test_of_many_at_once_exactly_one_gets_a_lease(storage: Storage) -> None:
    finish = race(6, lambda _: storage.housekeeping.take_lease("profiles", 60))

    assert [lease is not None for lease in finish.won].count(True) == 1


def test_a_lease_that_is_given_back_is_free_at_once(storage: Storage) -> None:
    held_until = storage.housekeeping.take_lease("profiles", 60)
    assert held_until is not None

    storage.housekeeping.give_back_lease("profiles", held_until)

    assert storage.housekeeping.take_lease("profiles", 60) is not None


def test_a_lease_that_is_extended_ends_later(storage: Storage, clock: Clock) -> None:
    held_until = storage.housekeeping.take_lease("profiles", 60)
    assert held_until is not None

    extended = storage.housekeeping.extend_lease("profiles", held_until, 180)
    clock.advance(2 * MINUTE)

    assert extended is not None
    assert extended > held_until
    assert storage.housekeeping.take_lease("profiles", 60) is None


def test_who_has_lost_a_lease_neither_extends_it_nor_gives_it_back(storage: Storage, clock: Clock) -> None:
    lost = storage.housekeeping.take_lease("profiles", 60)
    assert lost is not None
    clock.advance(MINUTE)
    storage.housekeeping.take_lease("profiles", 60)

    storage.housekeeping.give_back_lease("profiles", lost)

    assert storage.housekeeping.extend_lease("profiles", lost, 60) is None
    assert storage.housekeeping.take_lease("profiles", 60) is None


def test_a_pending_user_is_claimed_as_they_are_and_the_next_try_put_off(storage: Storage, clock: Clock) -> None:
    user = a_user(storage, person=None)

    claims = [storage.users.claim_pending() for _ in range(2)]
    clock.advance(MINUTE)

    assert [*claims, storage.users.claim_pending()] == [user, None, user]


def test_no_two_callers_claim_the_same_user(storage: Storage) -> None:
    users = [a_user(storage, person=None) for _ in range(6)]

    finish = race(6, lambda _: storage.users.claim_pending())

    assert sorted(user.id for user in finish.won if user) == [user.id for user in users]


def test_who_is_complete_or_erased_is_not_claimed(storage: Storage) -> None:
    a_user(storage)
    change_user(storage, a_user(storage, person=None).id, UserChange(name="Ivan"))
    erase_user(storage, a_user(storage, person=None))

    assert storage.users.claim_pending() is None


def test_a_profile_that_was_filled_in_is_not_claimed_again(storage: Storage, clock: Clock) -> None:
    a_user(storage, person=None)
    claimed = storage.users.claim_pending()
    assert claimed is not None
    with storage.transaction(None) as stores:
        stores.users.save(replace(stores.users.lock_exclusive(claimed.id), profile=Profile.COMPLETE))

    clock.advance(MINUTE)

    assert storage.users.claim_pending() is None


def test_a_sweep_that_is_no_full_batch_was_the_last_one(storage: Storage, clock: Clock) -> None:
    a_token(storage, a_user(storage), b"digest", 3600)
    clock.advance(60 * MINUTE)

    assert not storage.housekeeping.sweep()


def test_sweeping_leaves_what_is_still_good(storage: Storage) -> None:
    user = a_user(storage)
    answer = KeptAnswer(outcome=200, labels={}, content=b"")
    a_token(storage, user, b"digest")
    with storage.once(a_key()) as once:
        once.keep(answer)

    storage.housekeeping.sweep()

    assert storage.tokens.caller(b"digest") is not None
    with pytest.raises(AnsweredBefore), storage.once(a_key()) as once:
        once.keep(answer)
