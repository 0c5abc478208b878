"""The parent: its settings, its start, its end."""

import logging
import os
import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

from timetrack.config import ConfigError, ServerSettings
from timetrack.entrypoints.database import SetupError, open_current_database
from timetrack.entrypoints.logs.configuration import configure_logging
from timetrack.entrypoints.server.banner import banner
from timetrack.entrypoints.server.bundled_people_info import BundledPeopleInfo, PeopleInfoError
from timetrack.entrypoints.server.listener import ListenError, address_of, listen, refuse_connections
from timetrack.entrypoints.server.options import ServingOptions
from timetrack.entrypoints.server.stop_signal import StopSignal
from timetrack.entrypoints.server.worker_job import Job
from timetrack.entrypoints.server.workers import Worker, Workers, WorkersFailError, supervise

_FAILED = 1
_BAD_SETTINGS = 2
# Of the ten seconds that the end may take; the rest is people-info's and the database's.
_WORKERS_SECONDS = 9.0

_log = logging.getLogger(__name__)


def run(first: Worker) -> None:
    """Serve until a signal comes, with `first` as the first worker.

    It exits with 2 on bad settings, with 1 on what else keeps the server from serving.
    """
    try:
        settings = ServerSettings.load(sys.argv[1:], os.environ, Path(".env"))
    except ConfigError as error:
        _exit_with(error, _BAD_SETTINGS)
    configure_logging(settings.log_level, settings.log_format)
    if settings.demo:
        _log.warning("demo mode: anybody on this machine can sign in as anybody")
    try:
        _run(settings, first)
    except (ListenError, *SetupError, PeopleInfoError, WorkersFailError) as error:
        _exit_with(error, _FAILED)


def _run(settings: ServerSettings, first: Worker) -> None:
    stop = StopSignal(settings.drain_seconds)
    # Two stacks: the database outlives the processes that use it, although it starts after them.
    with listen(settings.host, settings.port) as listener, ExitStack() as outer, ExitStack() as inner:
        # The first worker and people-info are slow to load: they do so while the database starts.
        workers = Workers(settings.workers, first)
        people = None if settings.peopleinfo_url else BundledPeopleInfo()
        if people:
            inner.callback(people.stop)
        # The last requests still ask people-info, so this ends first.
        inner.callback(lambda: _end(workers, listener, stop))
        hashing = outer.enter_context(tempfile.TemporaryFile())
        database = outer.enter_context(open_current_database(settings))
        peopleinfo_url = people.url if people else str(settings.peopleinfo_url)
        options = _options(settings, database.application_url, peopleinfo_url)
        workers.assign(Job(options=options, listener=listener, hashing=hashing))
        others = [database.keep_running, *([people.keep_running] if people else [])]

        def announce() -> None:
            if people is None or people.wait_until_it_serves(stop):
                _say(banner(settings, address_of(listener)))

        supervise(workers, others, stop, announce)


def _end(workers: Workers, listener: socket.socket, stop: StopSignal) -> None:
    """End the workers so that whoever has connected is answered."""
    if stop.drains:
        workers.tell(signal.SIGTERM)
        stop.drain()
    refuse_connections(listener)
    listener.close()
    workers.tell(signal.SIGINT)
    workers.wait(lambda: stop.left(_WORKERS_SECONDS))


def _options(settings: ServerSettings, database_url: str, peopleinfo_url: str) -> ServingOptions:
    return ServingOptions(
        database_url=database_url,
        database_pool_size=settings.database_pool_size,
        database_pipelines=settings.database_pipelines,
        statement_timeout=settings.statement_timeout,
        prepared_statements=settings.prepared_statements,
        peopleinfo_url=peopleinfo_url,
        peopleinfo_timeout=settings.peopleinfo_timeout,
        threads=settings.threads,
        compiled=settings.compiled,
        demo=settings.demo,
        token_ttl=settings.token_ttl,
        token_idle_ttl=settings.token_idle_ttl,
        registration_open=settings.registration == "open",
        registrations_per_address=settings.registrations_per_address,
        public_url=settings.public_url,
        cors_origins=tuple(settings.cors_origins.split(",")) if settings.cors_origins else (),
        trusted_proxies=settings.trusted_proxies,
        connections_per_address=settings.connections_per_address,
        keep_alive=settings.keep_alive,
        drain_seconds=settings.drain_seconds,
        log_level=settings.log_level,
        log_format=settings.log_format,
    )


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _exit_with(error: Exception, status: int) -> NoReturn:
    sys.stderr.write(f"{error}\n")
    sys.exit(status)
