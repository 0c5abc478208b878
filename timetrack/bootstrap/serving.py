"""The application of a worker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from timetrack.adapters.passwords import Argon2Hasher
from timetrack.adapters.peopleinfo import PeopleInfoClient
from timetrack.adapters.postgres.pipelines import PipelinedStorage, UnfitError, open_pipelines
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.storage import open_storage
from timetrack.config import ServerSettings
from timetrack.domain.model.tokens import TokenLifetime
from timetrack.domain.ports.storage import Storage
from timetrack.domain.ports.tokens import PasswordHasher
from timetrack.domain.services.authentication import Authentication, DemoAuthentication, PasswordAuthentication
from timetrack.domain.services.housekeeping import HousekeepingRounds
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.endpoints import Prompt
from timetrack.entrypoints.http.guard import App
from timetrack.entrypoints.http.handlers import SINGLE_STATEMENTS, World, handlers
from timetrack.entrypoints.rounds import going_round


@contextmanager
def serving(
    settings: ServerSettings, *, database_url: str, peopleinfo_url: str, is_draining: Callable[[], bool]
) -> Iterator[App]:
    """Yield the ASGI application, with its connections and its background work; both end with the block."""
    people = PeopleInfoClient(peopleinfo_url, timeout=settings.peopleinfo_timeout)
    hasher = Argon2Hasher()
    limits = _limits(settings)
    pipelines = open_pipelines(database_url, limits, count=settings.database_pipelines)
    with open_storage(database_url, limits) as storage, pipelines as pipelined:
        authentication = _authentication(settings, storage, hasher)
        world = World(
            authentication=authentication,
            people=people,
            hasher=hasher,
            registration_open=settings.registration == "open",
            demo=settings.demo,
            is_ready=lambda: not is_draining() and storage.ready(),
        )
        app = create_app(
            handlers=handlers(storage, world),
            authenticate=authentication.authenticate,
            threads=settings.threads,
            compiled=settings.compiled,
            prompt=_prompt(settings, pipelined, world),
            loopback_only=settings.demo,
            origins=settings.cors_origins.split(",") if settings.cors_origins else (),
        )
        rounds = HousekeepingRounds(storage, people)
        with going_round(rounds.fill_profiles, seconds=1), going_round(rounds.sweep, seconds=60):
            yield app


def _prompt(settings: ServerSettings, storage: PipelinedStorage, world: World) -> Prompt:
    every = handlers(storage, world)
    return Prompt(
        handlers={name: every[name] for name in SINGLE_STATEMENTS},
        authenticate=_authentication(settings, storage, world.hasher).authenticate,
        unfit=UnfitError,
    )


def _limits(settings: ServerSettings) -> PoolLimits:
    return PoolLimits(
        size=settings.database_pool_size,
        statement=settings.statement_timeout,
        prepared_statements=settings.prepared_statements,
    )


def _authentication(settings: ServerSettings, storage: Storage, hasher: PasswordHasher) -> Authentication:
    if settings.demo:
        return DemoAuthentication(storage, settings.token_ttl)
    lifetime = TokenLifetime(absolute=settings.token_ttl, idle=settings.token_idle_ttl)
    return PasswordAuthentication(storage, hasher, lifetime)
