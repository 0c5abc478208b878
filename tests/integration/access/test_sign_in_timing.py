"""How long a sign-in takes does not tell who is registered.

That the same check is done for an unknown user is a unit test's promise; this measures what else there may be.
"""

import statistics
import time
from collections.abc import Iterator

import pytest

from tests.given import a_national_id
from tests.postgres import Database
from timetrack.adapters.passwords import Argon2Hasher
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage, open_storage
from timetrack.domain.errors import CredentialsInvalidError
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.model.users.national_id import NationalId
from timetrack.domain.model.users.users import NewUser
from timetrack.domain.services.authentication import PasswordAuthentication

pytestmark = pytest.mark.long

SAMPLES = 200
PER_ACCOUNT = 8  # fewer than are limited


@pytest.fixture
def storage(database: Database) -> Iterator[PostgresStorage]:
    with open_storage(database.application_url, PoolLimits(size=2)) as opened:
        yield opened


@pytest.fixture(scope="module")
def hasher() -> Argon2Hasher:
    return Argon2Hasher()


@pytest.fixture
def authentication(storage: PostgresStorage, hasher: Argon2Hasher) -> PasswordAuthentication:
    return PasswordAuthentication(storage, hasher, TokenLifetime(absolute=3600, idle=3600))


def test_it_takes_as_long_for_an_unknown_user_as_for_a_known_one(
    storage: PostgresStorage, hasher: Argon2Hasher, authentication: PasswordAuthentication
) -> None:
    known = [registered(storage, hasher) for _ in range(SAMPLES // PER_ACCOUNT)]
    unknown = [a_national_id() for _ in known]

    # In turns, so that what else the machine does falls on both alike.
    pairs = [
        (seconds(authentication, known[turn % len(known)]), seconds(authentication, unknown[turn % len(unknown)]))
        for turn in range(SAMPLES)
    ]

    of_known, of_unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert of_unknown == pytest.approx(of_known, rel=0.1)


def registered(storage: PostgresStorage, hasher: Argon2Hasher) -> NationalId:
    national_id = a_national_id()
    new = NewUser(national_id=national_id, password_hash=hasher.hash("the right one"), person=None)
    with storage.transaction(None) as stores:
        stores.users.add(new)
    return national_id


def seconds(authentication: PasswordAuthentication, national_id: NationalId) -> float:
    began = time.perf_counter()
    with pytest.raises(CredentialsInvalidError):
        authentication.sign_in(str(national_id), "a wrong one")
    return time.perf_counter() - began
