"""What keeps the server from serving: one clear line, no traceback, nothing changed."""

import socket
from pathlib import Path

import psycopg

from tests.postgres import Database
from tests.processes import free_port
from tests.running_server import RunningServer


def refusal(*flags: str) -> tuple[int, str]:
    """Start a server that cannot serve; return its exit status and what it says."""
    with RunningServer(flags) as server:
        status = server.process.wait(60)
    return status, "".join(server.lines)


def test_bad_settings_are_named_all_at_once() -> None:
    status, said = refusal("--workers", "many", "--token-ttl", "1", "--log-format", "xml")

    assert status == 2
    assert all(name in said for name in ("TIMETRACK_WORKERS", "TIMETRACK_TOKEN_TTL", "TIMETRACK_LOG_FORMAT"))
    assert "Traceback" not in said


def test_demo_mode_for_other_machines_is_refused() -> None:
    status, said = refusal("--demo", "--host", "0.0.0.0")  # noqa: S104 - that is what is refused

    assert status == 2
    assert "loopback" in said


def test_a_taken_port_is_refused(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        status, said = refusal("--port", str(port), "--data-dir", str(data_dir))

    assert (status, said) == (1, f"cannot listen on 127.0.0.1 port {port}: the port is taken\n")
    assert not data_dir.exists()


def test_an_unreachable_database_is_refused_without_its_password() -> None:
    port = free_port()

    status, said = refusal("--database-url", f"postgresql://me:secret@127.0.0.1:{port}/timetrack")

    assert status == 1
    assert said.startswith(f"cannot connect to the database timetrack at 127.0.0.1:{port}")
    assert said.count("\n") == 1
    assert "secret" not in said


def test_a_data_directory_of_another_postgresql_is_refused_and_left_alone(data_dir: Path) -> None:
    (data_dir / "data").mkdir(parents=True)
    (data_dir / "data" / "PG_VERSION").write_text("12\n")

    status, said = refusal("--data-dir", str(data_dir))

    assert status == 1
    assert "12" in said
    assert said.count("\n") == 1
    assert [path.name for path in (data_dir / "data").iterdir()] == ["PG_VERSION"]


def test_a_database_newer_than_the_program_is_refused_and_left_alone(fresh_database: Database) -> None:
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)"
            " VALUES ('x', '9999_later', now())"
        )

        status, said = refusal("--database-url", fresh_database.application_url)

        assert status == 1
        assert "9999_later" in said
        assert said.count("\n") == 1
        tables = connection.execute("SELECT count(*) FROM users").fetchone()
    assert tables == (0,)


def test_a_database_that_lacks_migrations_is_refused(bare_database: Database) -> None:
    status, said = refusal("--database-url", bare_database.owner_url)

    assert status == 1
    assert "timetrack-migrate apply" in said
