"""The application of a worker."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from timetrack.adapters.passwords import Argon2Hasher
from timetrack.adapters.peopleinfo import PeopleInfoClient
from timetrack.adapters.postgres.pool import PoolLimits
from timetrack.adapters.postgres.shared.pipelined import PipelinedStorage, open_pipelines
from timetrack.adapters.postgres.shared.pipelines import UnfitError
from timetrack.adapters.postgres.storage import open_storage
from timetrack.domain.model.access.tokens import TokenLifetime
from timetrack.domain.ports.access.passwords import PasswordHasher
from timetrack.domain.ports.storage import Storage
from timetrack.domain.services.authentication import Authentication, DemoAuthentication, PasswordAuthentication
from timetrack.domain.services.housekeeping import HousekeepingRounds
from timetrack.entrypoints.http.app import create_app
from timetrack.entrypoints.http.endpoints import Prompt
from timetrack.entrypoints.http.handlers import SINGLE_STATEMENTS, Dependencies, handlers
from timetrack.entrypoints.server.options import ServingOptions
from timetrack.entrypoints.server.rounds import going_round


@contextmanager
def serving(options: ServingOptions, *, is_draining: Callable[[], bool]) -> Iterator[ASGIApp]:
    """Yield the ASGI application, with its connections and its background work; both end with the block."""
    people = PeopleInfoClient(options.peopleinfo_url, timeout=options.peopleinfo_timeout)
    hasher = Argon2Hasher()
    limits = _limits(options)
    pipelines = open_pipelines(options.database_url, limits, count=options.database_pipelines)
    with open_storage(options.database_url, limits) as storage, pipelines as pipelined:
        authentication = _authentication(options, storage, hasher)
        dependencies = Dependencies(
            authentication=authentication,
            people=people,
            hasher=hasher,
            registration_open=options.registration_open,
            demo=options.demo,
            is_ready=lambda: not is_draining() and storage.ready(),
        )
        app = create_app(
            handlers=handlers(storage, dependencies),
            authenticate=authentication.authenticate,
            threads=options.threads,
            compiled=options.compiled,
            prompt=_prompt(options, pipelined, dependencies),
            loopback_only=options.demo,
            origins=options.cors_origins,
        )
        rounds = HousekeepingRounds(storage, people)
        with going_round(rounds.fill_profiles, seconds=1), going_round(rounds.sweep, seconds=60):
            yield app


def _prompt(options: ServingOptions, storage: PipelinedStorage, dependencies: Dependencies) -> Prompt:
    every = handlers(storage, dependencies)
    return Prompt(
        handlers={name: every[name] for name in SINGLE_STATEMENTS},
        authenticate=_authentication(options, storage, dependencies.hasher).authenticate,
        unfit=UnfitError,
    )


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
