"""Connecting to set a database up: what is told when it cannot be done, and what is never told."""

import re
import socket
from collections.abc import Iterator

import pytest

from timetrack.adapters.postgres.setup.administration import Login, url_for
from timetrack.adapters.postgres.setup.faults import DatabaseUnreachableError, DatabaseUrlError
from timetrack.adapters.postgres.setup.migrations import Migrations


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that refuses connections; it is taken, so that nobody else can come to serve it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def test_an_unreachable_database_is_one_line_without_the_password(unused_port: int) -> None:
    migrations = Migrations(f"postgresql://user:tops3cret@127.0.0.1:{unused_port}/hours")

    for act in (migrations.apply, migrations.status):
        with pytest.raises(DatabaseUnreachableError) as refused:
            act()

        assert re.fullmatch(
            rf"cannot connect to the database hours at 127.0.0.1:{unused_port}: [^\n]+", str(refused.value)
        )
        assert "tops3cret" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgresql://user:tops3cret%zz@host/hours", "postgresql://u:tops3cret@host/?a=b"])
def test_a_url_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        Migrations(url).status()

    assert str(refused.value) == "the database URL is not one that PostgreSQL understands"
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("url", "moved"),
    [
        ("postgresql://me:pw@[::1]:5433/postgres", "postgresql://an%40other:p%2Fw@[::1]:5433/ti%20me"),
        ("postgresql://h1:1,h2:2/?sslmode=require", "postgresql://an%40other:p%2Fw@h1:1,h2:2/ti%20me?sslmode=require"),
        ("postgres:///x?host=/run/pg", "postgres://an%40other:p%2Fw@/ti%20me?host=/run/pg"),
    ],
)
def test_a_url_leads_another_login_to_another_database_of_the_same_server(url: str, moved: str) -> None:
    assert url_for(url, "ti me", Login("an@other", "p/w")) == moved


def test_a_url_keeps_its_login_when_none_is_given() -> None:
    assert url_for("postgresql://me:p%2Fw@host/a", "b") == "postgresql://me:p%2Fw@host/b"


def test_a_login_does_not_show_its_password() -> None:
    assert "tops3cret" not in repr(Login("me", "tops3cret"))
