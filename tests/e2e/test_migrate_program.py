"""The program timetrack-migrate, as it is started from a checkout."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Database
from tests.sql import rows_of, run_on
from timetrack.resources import resource

PROGRAM = Path(__file__).resolve().parents[2] / "cmd" / "migrate.py"
ALL = [file.stem for file in sorted(resource("migrations").glob("*.sql")) if ".rollback" not in file.name]
CONNECTED = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'timetrack-migrate'"


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that PostgreSQL can reach, which pytest's own are not when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="timetrack-") as folder:
        yield Path(folder)


def started(*argv: str, **settings: object) -> subprocess.Popen[str]:
    """Start the program in a folder without a .env file, and with no settings but those given."""
    ours = {f"TIMETRACK_{name.upper()}": str(value) for name, value in settings.items()}
    others = {name: value for name, value in os.environ.items() if not name.startswith("TIMETRACK_")}
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, PROGRAM, *argv],
        env=others | ours,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(program: subprocess.Popen[str]) -> tuple[int, list[str], list[str]]:
    """Wait for its end; return the exit status and the lines of output and of complaint."""
    with program:
        output, complaint = program.communicate(timeout=60)
    return program.returncode, output.splitlines(), complaint.splitlines()


def migrate(*argv: str, **settings: object) -> tuple[int, list[str], list[str]]:
    return ended(started(*argv, **settings))


def words(line: str) -> Sequence[str]:
    return line.split()[:2]


def test_with_no_database_it_makes_and_migrates_its_own(data_dir: Path) -> None:
    applied = migrate("apply", data_dir=data_dir, log_level="warning")
    assert applied == (0, [f"applied {name}" for name in ALL], [])

    assert migrate("apply", data_dir=data_dir) == (0, ["nothing to apply: the schema is up to date"], [])
    assert not (data_dir / "data" / "postmaster.pid").exists()


def test_it_steps_back_and_tells_the_state(bare_database: Database) -> None:
    url = bare_database.owner_url
    migrate("apply", database_url=url)

    taken_back = migrate("rollback", "--count", "2", database_url=url, log_level="warning")
    status, lines, complaints = migrate("status", database_url=url)

    assert taken_back == (0, [f"rolled back {ALL[-1]}", f"rolled back {ALL[-2]}"], [])
    assert (status, complaints) == (0, [])
    assert [words(line) for line in lines] == [
        *([name, "applied"] for name in ALL[:-2]),
        *([name, "pending"] for name in ALL[-2:]),
    ]


def test_a_rollback_says_what_data_it_would_delete_and_waits_for_a_yes(bare_database: Database) -> None:
    url = bare_database.owner_url
    migrate("apply", database_url=url)
    run_on(url, "INSERT INTO leases SELECT name, now() FROM unnest(ARRAY['a', 'b']) AS name")

    refused = migrate("rollback", "--count", "99", database_url=url, log_level="warning")
    assert (refused[0], refused[1], len(refused[2])) == (1, [], 1)
    assert "table leases (4 rows)" in refused[2][0]
    assert "--yes" in refused[2][0]
    assert rows_of(url, "SELECT count(*) FROM leases") == [(4,)]

    status, lines, complaints = migrate("rollback", "--count", "99", "--yes", database_url=url, log_level="warning")
    assert (status, complaints) == (0, [])
    assert "deleted table leases (4 rows)" in lines
    assert rows_of(url, "SELECT to_regclass('leases')") == [(None,)]


def test_it_gives_the_servers_role_what_it_needs_and_no_more(bare_database: Database) -> None:
    url, role = bare_database.owner_url, bare_database.application_role

    status, lines, complaints = migrate("apply", database_url=url, application_role=role, log_level="warning")

    assert (status, len(lines), complaints) == (0, len(ALL), [])
    run_on(bare_database.application_url, "UPDATE users SET name = ''")
    for forbidden in ("DELETE FROM time_entry_history", "ALTER TABLE users ADD COLUMN x text", "DROP TABLE tokens"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run_on(bare_database.application_url, forbidden)


def test_a_role_that_cannot_be_held_back_is_refused_in_one_line(bare_database: Database) -> None:
    url, role = bare_database.owner_url, f"{bare_database.application_role}_owner"

    status, _, complaints = migrate("apply", database_url=url, application_role=role, log_level="warning")

    assert status == 1
    assert complaints == [
        f"timetrack-migrate: the role {role} has the rights of the database's owner: the application needs a role apart"
    ]


def test_with_nothing_applied_there_is_nothing_to_roll_back(bare_database: Database) -> None:
    outcome = migrate("rollback", database_url=bare_database.owner_url)

    assert outcome == (0, ["nothing to roll back: no migration is applied"], [])


def test_several_at_once_share_the_work(bare_database: Database) -> None:
    programs = [started("apply", database_url=bare_database.owner_url) for _ in range(3)]

    outcomes = [ended(program) for program in programs]

    assert [status for status, _, _ in outcomes] == [0, 0, 0]
    told = [line for _, lines, _ in outcomes for line in lines if line.startswith("applied")]
    assert sorted(told) == [f"applied {name}" for name in ALL]


def test_an_edited_migration_fails_apply_and_status_with_one_line(bare_database: Database) -> None:
    url = bare_database.owner_url
    migrate("apply", database_url=url)
    run_on(url, "UPDATE migration_digests SET digest = 'other' WHERE migration_id = '0002_create_history'")

    for command in ("apply", "status"):
        status, _, complaints = migrate(command, database_url=url)

        assert (status, len(complaints)) == (1, 1)
        assert complaints[0].startswith("timetrack-migrate: edited after it was applied: 0002_create_history;")


def test_a_newer_database_is_one_line(bare_database: Database) -> None:
    url = bare_database.owner_url
    migrate("apply", database_url=url)
    run_on(url, "INSERT INTO _yoyo_migration VALUES ('hash', '9999_from_the_future', now())")

    for command in ("apply", "rollback", "status"):
        assert migrate(command, database_url=url) == (
            1,
            [],
            ["timetrack-migrate: the database is newer than this program, which does not know 9999_from_the_future"],
        )


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        status, lines, complaints = migrate("apply", database_url=f"postgresql://me:tops3cret@127.0.0.1:{port}/hours")

    assert (status, lines, len(complaints)) == (1, [], 1)
    assert complaints[0].startswith(f"timetrack-migrate: cannot connect to the database hours at 127.0.0.1:{port}: ")
    assert "tops3cret" not in complaints[0]


def test_a_data_directory_that_is_none_is_one_line(data_dir: Path) -> None:
    (data_dir / "data").mkdir()

    status, lines, complaints = migrate("apply", data_dir=data_dir)

    assert (status, lines, len(complaints)) == (1, [], 1)
    assert complaints[0].startswith("timetrack-migrate: ")
    assert list(data_dir.iterdir()) == [data_dir / "data"]


def test_bad_settings_are_named_all_at_once() -> None:
    status, lines, complaints = migrate("sideways", "--count", "none", log_level="loud")

    assert (status, lines) == (2, [])
    text = "\n".join(complaints)
    assert all(fault in text for fault in ("COMMAND", "--count", "TIMETRACK_LOG_LEVEL"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_in_one_line_and_changes_nothing(bare_database: Database, how: signal.Signals) -> None:
    url = bare_database.owner_url
    with psycopg.connect(url, autocommit=True) as other:
        # As another migration would; this one waits for it.
        other.execute("SELECT pg_advisory_lock(%s)", [int.from_bytes(b"migrate", "big")])
        program = started("apply", database_url=url, log_level="warning")
        wait_until_connected(url, program)

        program.send_signal(how)

        assert ended(program) == (130, [], ["timetrack-migrate: interrupted"])
    assert rows_of(url, "SELECT FROM pg_tables WHERE schemaname = 'public'") == []


def wait_until_connected(url: str, program: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while not rows_of(url, CONNECTED):
        assert program.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
