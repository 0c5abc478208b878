"""What the embedded PostgreSQL serves, and to whom."""

from pathlib import Path

import psutil
import pytest

from tests.integration.embedded_postgres.programs import SYSTEM_INSTALLATIONS, psql
from timetrack.adapters.embedded_postgres import (
    EmbeddedPostgres,
)


def test_it_serves_who_knows_the_password_and_nobody_else(running: EmbeddedPostgres, running_home: Path) -> None:
    url = running.start()

    assert psql(url, "select 1") == "1"
    assert "password authentication failed" in psql(url, "select 1", password="guessed")  # noqa: S106 - a wrong one
    assert psql(url, "select 2", host=str(running_home)) == "2"
    assert "password authentication failed" in psql(url, "select 2", host=str(running_home), password="guessed")  # noqa: S106


def test_it_listens_on_loopback_only(running: EmbeddedPostgres) -> None:
    connections = psutil.Process(running.pid).net_connections(kind="inet")

    assert {connection.laddr.ip for connection in connections} == {"127.0.0.1"}


@pytest.mark.parametrize("installation", [None, *SYSTEM_INSTALLATIONS])
def test_letters_of_all_languages_have_upper_and_lower_case(data_folder: Path, installation: Path | None) -> None:
    with EmbeddedPostgres(data_folder, durable=False, binaries=installation) as server:
        answer = psql(server.start(), "select lower('Ж'), 'ЖУК' ilike 'жук'")

    assert answer == "ж|t"


@pytest.mark.parametrize(("durable", "expected"), [(True, "on|on|on"), (False, "off|off|off")])
def test_it_gives_up_durability_only_when_told_so(data_folder: Path, durable: bool, expected: str) -> None:  # noqa: FBT001
    with EmbeddedPostgres(data_folder, durable=durable) as server:
        settings = "select " + ", ".join(
            f"current_setting('{name}')" for name in ("fsync", "synchronous_commit", "full_page_writes")
        )
        answer = psql(server.start(), settings)

    assert answer == expected


def test_it_suits_a_server_of_many_connections_that_thinks_in_utc(running: EmbeddedPostgres) -> None:
    names = ("max_connections", "shared_buffers", "timezone", "log_timezone", "password_encryption", "server_encoding")

    answer = psql(running.start(), "select " + ", ".join(f"current_setting('{name}')" for name in names))

    assert answer == "200|128MB|UTC|UTC|scram-sha-256|UTF8"


def test_its_log_tells_nothing_of_refused_statements(running: EmbeddedPostgres, running_home: Path) -> None:
    url = running.start()
    psql(url, "create table people (national_id text primary key); insert into people values ('1234 567890')")

    refusals = [psql(url, "insert into people values ('1234 567890')"), psql(url, "select '1234 567890'::int")]

    assert all("1234 567890" in refusal for refusal in refusals)
    assert "1234 567890" not in (running_home / "log").read_text()


def test_a_log_grown_large_begins_anew(used_home: Path) -> None:
    with (used_home / "log").open("ab") as log:
        log.truncate(20 * 1024 * 1024)

    with EmbeddedPostgres(used_home, durable=False):
        size = (used_home / "log").stat().st_size

    assert 0 < size < 1024 * 1024
