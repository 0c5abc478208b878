"""The application of a worker."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import IO

from timetrack.adapters.passwords import Argon2Hasher, HashingPlaces, places_of_this_machine
from timetrack.adapters.peopleinfo import PeopleInfoClient
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import PostgresStorage
from timetrack.domain.errors import Obstacle
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.authentication import Authentication, DemoAuthentication, PasswordAuthentication
from timetrack.domain.services.housekeeping import HousekeepingRounds
from timetrack.entrypoints.http.app import Lifespan, create_app
from timetrack.entrypoints.http.edge.guard import Guard
from timetrack.entrypoints.http.handlers import Dependencies, handlers
from timetrack.entrypoints.server.options import ServingOptions
from timetrack.entrypoints.server.rounds import repeating
from timetrack.version import version
from timetrack.waiting import Offload


@contextmanager
def serving(options: ServingOptions, hashing: IO[bytes], *, is_draining: Callable[[], bool]) -> Iterator[Guard]:
    """Yield the ASGI application; its connections and its background work begin and end with its event loop.

    `hashing` is the file of the places for hashing passwords, which all workers have.
    """
    offload = Offload("long computations", 2)
    hasher = Argon2Hasher(HashingPlaces(places_of_this_machine(), hashing))
    people = PeopleInfoClient(options.peopleinfo_url, timeout=options.peopleinfo_timeout)
    storage = PostgresStorage(options.database_url, _limits(options), offload, pipelines=options.database_pipelines)
    authentication = _authentication(options, storage, hasher)
    dependencies = Dependencies(
        authentication=authentication,
        people=people,
        hasher=hasher,
        registration_open=options.registration_open,
        registrations_per_address=options.registrations_per_address,
        version=version(),
        demo=options.demo,
        public_url=options.public_url,
        obstacle=lambda: Obstacle.SHUTTING_DOWN if is_draining() else storage.obstacle(),
        compute=offload.run,
    )
    with closing(hasher), closing(offload):
        yield create_app(
            handlers=handlers(storage, dependencies),
            authenticate=authentication.authenticate,
            offload=offload,
            threads=options.threads,
            compiled=options.compiled,
            loopback_only=options.demo,
            origins=options.cors_origins,
            public_url=options.public_url,
            lifespan=_lifespan(storage, HousekeepingRounds(storage, people)),
        )


def _lifespan(storage: PostgresStorage, rounds: HousekeepingRounds) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        async with storage.open(), repeating({rounds.fill_profiles: 1, rounds.erase_text: 5, rounds.sweep: 60}):
            yield

    return lifespan


def _limits(options: ServingOptions) -> PoolLimits:
    return PoolLimits(
        size=options.database_pool_size,
        statement=options.statement_timeout,
        prepared_statements=options.prepared_statements,
    )


def _authentication(options: ServingOptions, storage: Storage, hasher: PasswordHasher) -> Authentication:
    if options.demo:
        return DemoAuthentication(storage, options.token_ttl)
    lifetime = TokenLifetime(absolute=options.token_ttl, idle=options.token_idle_ttl)
    return PasswordAuthentication(storage, hasher, lifetime)
